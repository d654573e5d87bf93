package sandbox

import (
	"context"
	"errors"
	"fmt"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	sandboxbillium "github.com/keyward/terraform-provider-keyward/internal/sandbox/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

// Joined is who accepted an invitation.
type Joined struct {
	MemberID string
	Email    string
	Role     billium.Role
}

// AcceptInvitation makes a member of an invited user of the team of the
// merchant in the options' database. A server may be running on the database; of
// the options only Database, Now and Rand matter. The error says why not:
// the address is not invited, or the invitation has expired.
func AcceptInvitation(ctx context.Context, options Options, email string) (joined Joined, err error) {
	options = options.withDefaults()
	opened, err := store.Open(ctx, options.Database)
	if err != nil {
		return Joined{}, err
	}
	defer func() { err = errors.Join(err, opened.Close()) }()
	merchant, err := opened.Merchants().First(ctx)
	if errors.Is(err, store.ErrNotFound) {
		return Joined{}, errors.New("the database has no merchant: start the sandbox on it first")
	}
	if err != nil {
		return Joined{}, fmt.Errorf("finding the merchant: %w", err)
	}
	member, err := sandboxbillium.AcceptInvitation(ctx, sandboxbillium.Config{Store: opened, Now: options.Now, Rand: options.Rand}, merchant.ID, email)
	return Joined{MemberID: member.ID, Email: member.Email, Role: member.Role}, err
}
