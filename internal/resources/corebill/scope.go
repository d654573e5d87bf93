package corebill

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/configured"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/diagnose"
)

// checkCompany says so where the provider's key does not reach a company.
func checkCompany(ctx context.Context, access *configured.Corebill, companyID string) (diags diag.Diagnostics) {
	reaches, companies, err := access.Reaches(ctx, companyID)
	switch {
	case err != nil:
		diags.Append(diagnose.AttributeError(path.Root("company_id"), "check", "Corebill company "+companyID, err))
	case !reaches:
		diags.AddAttributeError(path.Root("company_id"), "Corebill company not found",
			fmt.Sprintf("The provider's key does not reach company %q. It reaches: %s.", companyID, describe(companies)))
	}
	return diags
}

// describe lists companies in one line.
func describe(companies []corebillapi.Company) string {
	if len(companies) == 0 {
		return "none"
	}
	words := make([]string, len(companies))
	for i, company := range companies {
		words[i] = fmt.Sprintf("%s (%s)", company.ID, company.Name)
	}
	return strings.Join(words, ", ")
}

// unreachable tells an object of a company that is gone from one that only the
// provider's key can't see any more: Corebill answers 404 to both, and an object
// must never be dropped from the state because of the credential.
func unreachable(ctx context.Context, access *configured.Corebill, noun string, companyID types.String, err error) error {
	if !errors.Is(err, client.ErrNotFound) {
		return err
	}
	if companyID.IsNull() {
		return unseen(ctx, access, err)
	}
	reaches, companies, lookup := access.Reaches(ctx, companyID.ValueString())
	switch {
	case lookup != nil:
		return untold(lookup)
	case !reaches && deleted(ctx, access, companies):
		return err
	case !reaches:
		return fmt.Errorf("the provider's key does not reach company %s (it reaches: %s), so nothing can be said of the %s; the state was left as it is",
			companyID.ValueString(), describe(companies), noun)
	default:
		return err
	}
}

// deleted reports whether a company that is not among those that the provider's key
// reaches is no more, and all that it had with it: an organization's key reaches
// every company there is.
func deleted(ctx context.Context, access *configured.Corebill, companies []corebillapi.Company) bool {
	standing, err := access.Standing(ctx)
	return err == nil && len(companies) > 0 && standing.Organization
}

// unseen is unreachable for an object of the organization.
func unseen(ctx context.Context, access *configured.Corebill, err error) error {
	standing, lookup := access.Standing(ctx)
	switch {
	case lookup != nil:
		return untold(lookup)
	case !standing.Organization:
		return errors.New("only an organization key sees the organization's keys, and the provider's is a company's, " +
			"so nothing can be said of the key; the state was left as it is")
	default:
		return err
	}
}

// untold is the error of a look-up that was to tell what "not found" means. That
// the look-up found nothing either must not pass for the object's end.
func untold(err error) error {
	if errors.Is(err, client.ErrNotFound) {
		return errors.New("whether it is gone could not be told: " + err.Error())
	}
	return err
}
