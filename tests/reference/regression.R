# Numbers that tests/models/test_regression.py matches. Run: Rscript tests/reference/regression.R FOLDER
# where FOLDER holds sicily.csv and seatbelts.csv. Needs the packages MASS and sandwich.
suppressMessages({library(MASS); library(sandwich)})
folder <- commandArgs(trailingOnly = TRUE)[1]
options(digits = 12)
strict <- glm.control(epsilon = 1e-14, maxit = 100)

sicily <- read.csv(file.path(folder, "sicily.csv"))
level <- aces ~ offset(log(stdpop)) + smokban + time
poisson_fit <- glm(level, poisson, sicily, control = strict)
quasi_fit <- glm(level, quasipoisson, sicily, control = strict)
print(coef(summary(poisson_fit)))
print(coef(summary(quasi_fit)))
cat("dispersion", summary(quasi_fit)$dispersion, "logLik", logLik(poisson_fit), "deviance", deviance(poisson_fit), "\n")
reach <- qt(.975, df.residual(quasi_fit))
cat("t interval", coef(quasi_fit)[2] + c(-1, 1) * reach * coef(summary(quasi_fit))[2, 2], "\n")
for (lag in c(3, 6)) {
  cat("HAC", lag, sqrt(diag(NeweyWest(poisson_fit, lag = lag, prewhite = FALSE, adjust = FALSE))), "\n")
}
cat("cluster by year", sqrt(diag(vcovCL(poisson_fit, cluster = sicily$year, type = "HC1"))), "\n")

angle <- 2 * pi * sicily$month / 12
waves <- cbind(sin(angle), cos(angle), sin(2 * angle), cos(2 * angle))
season_fit <- glm(aces ~ offset(log(stdpop)) + smokban + waves + time, quasipoisson, sicily, control = strict)
print(coef(summary(season_fit))["smokban", ])
cat("dispersion", summary(season_fit)$dispersion, "\n")
slope_fit <- update(season_fit, . ~ . + I((time - 36) * smokban))
print(coef(summary(slope_fit))["I((time - 36) * smokban)", ])
print(anova(season_fit, slope_fit, test = "F")$F[2])

negbin_fit <- glm.nb(aces ~ offset(log(stdpop)) + smokban + waves + time, sicily,
                     control = glm.control(epsilon = 1e-10, maxit = 500))
print(coef(summary(negbin_fit)))
cat("theta", negbin_fit$theta, "logLik", logLik(negbin_fit), "\n")

seatbelts <- read.csv(file.path(folder, "seatbelts.csv"))
month <- factor(rep(1:12, length.out = nrow(seatbelts)))
law_fit <- glm(DriversKilled ~ month + time + log(PetrolPrice) + log(kms) + law, quasipoisson, seatbelts, control = strict)
print(coef(summary(law_fit))["law", ])
cat("dispersion", summary(law_fit)$dispersion, "\n")
