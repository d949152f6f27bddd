# Statistics, approximate p-values (Hansen 1997), breaks and intervals of strucchange 1.5-3 on R 4.2.2.
# Rscript break_tests.R FOLDER, with nile.csv and realint.csv in FOLDER.
library(strucchange)
folder <- commandArgs(trailingOnly = TRUE)[1]
nile <- ts(read.csv(file.path(folder, "nile.csv"))$flow, start = 1871)
for (series in list(nile, window(nile, 1899))) {
  stats <- Fstats(series ~ 1)
  for (type in c("supF", "expF", "aveF")) {
    test <- sctest(stats, type = type)
    cat(type, format(test$statistic, digits = 10), format(test$p.value, digits = 6), "\n")
  }
  print(sctest(efp(series ~ 1, type = "OLS-CUSUM")))
  print(sctest(efp(series ~ 1, type = "OLS-MOSUM", h = 0.15)))
}
print(confint(breakpoints(nile ~ 1)))
rates <- ts(read.csv(file.path(folder, "realint.csv"))$r, start = 1961, frequency = 4)
for (breaks in 2:3) print(confint(breakpoints(rates ~ 1, h = 15), breaks = breaks))
lambda <- (1 - 0.15)^2 / 0.15^2
for (value in c(6, 8, 8.85, 12.5)) cat("supF", value, strucchange:::pvalue.Fstats(value, "supF", 1, lambda), "\n")
for (value in c(1, 2.06, 3)) cat("expF", value, strucchange:::pvalue.Fstats(value, "expF", 1, lambda), "\n")
for (value in c(1, 2.88, 4)) cat("aveF", value, strucchange:::pvalue.Fstats(value, "aveF", 1, lambda), "\n")
