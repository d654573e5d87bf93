package billium

import (
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/limit"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

// NewLimits returns how both documented limits count a request.
func NewLimits() func(address, bucket string, now time.Time) limit.Result { return newLimits().take }

// CheckRole returns why a key of a user can't give someone the whole role.
func CheckRole(user, role billium.Role) error {
	return terms{role: role}.check(store.BilliumKey{Role: user}, nil)
}
