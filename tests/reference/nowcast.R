# The reporting triangle of the 2011 outbreak of STEC O104:H4 in Germany as seen on 1 June 2011, from the R package
# surveillance 1.20.3 (data set husO104Hosp, Robert Koch Institute), and the delay distribution that its nowcast() finds
# by the method of Lawless (1994). Writes nowcast_hus.csv: a row a day, columns 0 to 15, and the distribution as a row.
suppressMessages(library(surveillance))
data("husO104Hosp")
now <- as.Date("2011-06-01")
found <- nowcast(now = now, when = seq(now - 9, now, by = "1 day"), dEventCol = "dHosp", dReportCol = "dReport",
                 data = husO104Hosp, D = 15, method = "lawless", m = NULL, aggregate.by = "1 day")
triangle <- as.data.frame(unclass(reportingTriangle(found))[, 1:16])
names(triangle) <- 0:15
triangle <- rbind(triangle, cdf = delayCDF(found)$lawless[1:16])
write.csv(triangle, "nowcast_hus.csv", na = "")
