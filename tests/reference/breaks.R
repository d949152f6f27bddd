# Breaks and intervals of their dates of strucchange 1.5-3 on R 4.2.2.
# Rscript breaks.R FOLDER, with nile.csv and realint.csv in FOLDER.
library(strucchange)
folder <- commandArgs(trailingOnly = TRUE)[1]
nile <- ts(read.csv(file.path(folder, "nile.csv"))$flow, start = 1871)
print(confint(breakpoints(nile ~ 1)))
rates <- ts(read.csv(file.path(folder, "realint.csv"))$r, start = 1961, frequency = 4)
for (breaks in 2:3) print(confint(breakpoints(rates ~ 1, h = 15), breaks = breaks))
