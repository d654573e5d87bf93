package audit

import (
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/report"
)

// Severity is how much a finding matters, on the scale of all commands.
type Severity = report.Severity

// The severities, from the highest to the lowest.
const (
	Critical = report.Critical
	High     = report.High
	Medium   = report.Medium
	Low      = report.Low
	Info     = report.Info
)

// Day is the unit of the thresholds.
const Day = 24 * time.Hour
