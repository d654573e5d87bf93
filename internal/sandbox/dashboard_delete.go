package sandbox

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

// DeleteObject deletes an object of either platform, whose form of id tells what
// it is. A key is revoked, which is as far as the dashboards go.
func (d Dashboard) DeleteObject(ctx context.Context, id string) error {
	s, merchantID := d.server, d.server.world.merchant.ID
	kind, _, _ := strings.Cut(id, "_")
	switch kind {
	case "com":
		return s.store.DeleteCompany(ctx, s.world.organization.ID, id, s.options.Now())
	case "cus":
		return d.deleteCustomer(ctx, id)
	case "invite":
		return s.store.Invitations(merchantID).Delete(ctx, id)
	case "key":
		return d.RevokeKey(ctx, id)
	case "pset":
		return billium.DeletePermissionSet(ctx, s.billium, merchantID, id)
	case "tm":
		return billium.RemoveTeamMember(ctx, s.billium, merchantID, id)
	case "wh":
		return s.store.Webhooks().Delete(ctx, id)
	default:
		return fmt.Errorf("nothing with the id %q can be deleted", id)
	}
}

func (d Dashboard) deleteCustomer(ctx context.Context, id string) error {
	companies, err := d.Companies(ctx)
	if err != nil {
		return err
	}
	for _, company := range companies {
		if err := d.server.store.Customers(company.ID).Delete(ctx, id); !errors.Is(err, store.ErrNotFound) {
			return err
		}
	}
	return store.ErrNotFound
}
