# Log-linear models of three lists by R's glm(): the hepatitis A outbreak of 1995 in a Taiwanese college, as printed in
# Chao, Tsay, Lin, Shau & Chao (2001), The applications of capture-recapture models to epidemiological data, Statistics
# in Medicine 20, 3123-3157, table II. Prints the estimates, AIC and deviances that tests/models/completeness/test_capture.py holds.
seen <- data.frame(a = c(1, 0, 0, 1, 1, 0, 1), b = c(0, 1, 0, 1, 0, 1, 1), c = c(0, 0, 1, 0, 1, 1, 1),
                   n = c(69, 55, 63, 21, 17, 18, 28))
for (terms in c("a+b+c", "a*b+c", "a*c+b", "b*c+a", "a*b+a*c", "a*b+b*c", "a*c+b*c", "a*b+a*c+b*c")) {
  fit <- glm(as.formula(paste("n ~", terms)), family = poisson, data = seen, control = list(epsilon = 1e-14))
  cat(sprintf("%-12s %.6f %.6f %.6f\n", terms, sum(seen$n) + exp(coef(fit)[1]), AIC(fit), deviance(fit)))
}
