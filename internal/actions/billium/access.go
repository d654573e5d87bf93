// Package billium has the actions of Billium.
package billium

import "github.com/keyward/terraform-provider-keyward/internal/configured"

// access is the access to Billium that every action has.
type access struct{ configured.ToBillium }
