package billium

import (
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox/limit"
)

// NewLimits returns how both documented limits count a request.
func NewLimits() func(address, bucket string, now time.Time) limit.Result { return newLimits().take }
