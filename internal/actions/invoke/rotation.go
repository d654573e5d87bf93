package invoke

import (
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

// RotateDescription says what the action does that asks for a key's rotation.
// typeName is that of the keys' resource, without the provider's name.
func RotateDescription(platform, typeName string) string {
	return "Asks for the rotation of an API key of " + platform + ", which the next apply of its `keyward_" + typeName + "` then makes: " +
		"a new key first, the old one revoked after it. An action can change no state and hold no token, so it leaves the request on the platform, " +
		"at the end of the key's name (`" + rotation.Marker + "`), where the resource finds it (`rotation_requested`); the key goes on working. " +
		"Run `terraform apply -invoke=action.keyward_" + typeName + "_rotate.<name>`, and then `terraform apply`. " +
		"Where `action_trigger` invokes it, let that be on another resource than the key: a rotation that asks for the next one never ends. " +
		"A key that no resource manages is only renamed. The provider's own key is refused. Needs Terraform 1.14 or later."
}

// Rotatable is a key whose rotation is asked for.
type Rotatable struct {
	ID, Name string
	// RevokedAt is nil for a key that is not revoked.
	RevokedAt *time.Time
}

// Request returns the name under which the key asks for its rotation, or why it
// can't ask.
func (k Rotatable) Request() (name string, diags diag.Diagnostics) {
	at := path.Root("api_key_id")
	_, ephemeral := provisional.ParseEphemeral(k.Name)
	switch {
	case k.RevokedAt != nil:
		diags.AddAttributeError(at, "The key is revoked", fmt.Sprintf("%s (%q) was revoked at %s, and there is nothing to rotate: "+
			"the next terraform apply of its resource creates a new key.", k.ID, k.Name, k.RevokedAt.UTC().Format(time.RFC3339)))
		return "", diags
	case ephemeral:
		diags.AddAttributeError(at, "The key is ephemeral", fmt.Sprintf("%s (%q) lives for one run, and the next one has another. "+
			"Its name says until when it may live, and has to stay. To end it now, revoke it.", k.ID, k.Name))
		return "", diags
	}
	name, err := rotation.Request(k.Name)
	if err != nil {
		diags.AddAttributeError(at, "The key's name is too long", err.Error()+".")
	}
	return name, diags
}

// Requested tells the user that the key asks for its rotation.
func (k Rotatable) Requested(key string, progress func(string)) {
	asks := " now asks"
	if rotation.Marked(k.Name) {
		asks = " asked before"
	}
	progress(key + asks + " for its rotation; the next terraform apply of its resource rotates it")
}
