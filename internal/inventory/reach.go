package inventory

import (
	"context"
	"fmt"
	"slices"

	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
)

// Reaches returns an error where no account reaches the company or merchant of
// that id: what is looked for in there is then not missing, but out of sight. An
// account that can't be asked matters only where no other one reaches it.
func (inv *Inventory) Reaches(ctx context.Context, platform, scope string) error {
	var trouble error
	for _, h := range inv.readers {
		if platform != "" && platform != h.platform() {
			continue
		}
		switch has, err := h.reaches(ctx, scope); {
		case has:
			return nil
		case err != nil && trouble == nil:
			trouble = err
		}
	}
	if trouble != nil {
		return trouble
	}
	return fmt.Errorf("no configured account reaches %s (keyward whoami --output json shows the ids of what they reach)", scope)
}

func (h *corebillReader) reaches(ctx context.Context, scope string) (bool, error) {
	companies, err := h.reach(ctx)
	return slices.ContainsFunc(companies, func(c corebillapi.Company) bool { return c.ID == scope }), err
}

func (h *billiumReader) reaches(_ context.Context, scope string) (bool, error) {
	return scope == h.MerchantID, nil
}
