// Package billium has the actions of Billium.
package billium

import "github.com/keyward/terraform-provider-keyward/internal/configured"

// access is the access to Billium that every action has.
type access struct{ billium *configured.Billium }

// Configure takes the provider's access to the platform.
func (a *access) Configure(data *configured.Data) { a.billium = data.Billium }

// Status tells whether the platform can be called.
func (a *access) Status() configured.Status { return a.billium.Status }
