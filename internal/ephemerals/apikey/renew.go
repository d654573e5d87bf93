package apikey

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/ephemeral"

	"github.com/keyward/terraform-provider-keyward/internal/diagnose"
	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
)

// renewAfter is after which part of its life a key is renewed: there is time for another
// try, and for a clock that is wrong.
const renewAfter = 2

// Renew moves the time until which the key may live. Terraform calls it in a run that
// lasts long.
func (r *Resource[M, P]) Renew(ctx context.Context, req ephemeral.RenewRequest, resp *ephemeral.RenewResponse) {
	data, diags := req.Private.GetKey(ctx, receiptKey)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() || data == nil {
		return
	}
	var kept receipt
	if err := json.Unmarshal(data, &kept); err != nil {
		resp.Diagnostics.AddError("Could not renew the "+r.Name+" API key of this run", "Terraform's private data for this key is invalid: "+err.Error())
		return
	}
	ctx, cancel := finishing(ctx)
	defer cancel()
	// Its answer tells the platform's time as it is now.
	renewed, err := r.Platform.Key(ctx, kept.Scope, kept.ID)
	lives := provisional.Ephemeral{Name: kept.Declared, Until: r.Platform.PlatformNow().Add(kept.Lifetime)}
	if err == nil && !renewed.Revoked {
		renewed, err = r.Platform.Rename(ctx, kept.Scope, kept.ID, lives.String())
	}
	left := kept.Until.Sub(r.Platform.PlatformNow())
	switch {
	case err != nil && left > 0:
		resp.Diagnostics.AddWarning("Could not renew "+r.label(kept.key()),
			fmt.Sprintf("%s\n\nTerraform tries again. No other run revokes the key before %s.", err, kept.Until.UTC().Format(time.RFC3339)))
		resp.RenewAt = r.Platform.Now().Add(left / renewAfter)
	case err != nil:
		resp.Diagnostics.Append(diagnose.Error("renew", r.label(kept.key()), err))
	case renewed.Revoked:
		resp.Diagnostics.AddError("Could not renew "+r.label(kept.key()), "It was revoked. Requests with its token fail from now on.")
	default:
		kept.Name, kept.Until = renewed.Name, lives.Until
		resp.RenewAt = r.Platform.Now().Add(kept.Lifetime / renewAfter)
		resp.Diagnostics.Append(kept.keep(ctx, resp.Private)...)
	}
}
