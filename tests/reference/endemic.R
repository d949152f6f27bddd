# The numbers of tests/models/provinces/endemic/test_model.py: the first model of the vignette hhh4_spacetime of the R package
# surveillance (1.20.3; GPL-2), negative binomial, with the population fractions as offset and first-order neighbours.
suppressMessages(library(surveillance))
options(digits = 10)
data("measlesWeserEms")
model <- list(
  end = list(f = addSeason2formula(~ 1 + t, period = 52), offset = population(measlesWeserEms)),
  ar = list(f = ~1),
  ne = list(f = ~1, weights = neighbourhood(measlesWeserEms) == 1),
  family = "NegBin1"
)
fit <- hhh4(measlesWeserEms, model)
print(logLik(fit))
print(coef(fit, idx2Exp = TRUE))
print(coef(fit, se = TRUE))
