package apikey

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"filippo.io/age"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/resources/object"
	"github.com/keyward/terraform-provider-keyward/internal/rotation"
	"github.com/keyward/terraform-provider-keyward/internal/tokencrypt"
	"github.com/keyward/terraform-provider-keyward/internal/validate"
)

// tokenSchema is the schema of the token and of the forms that it takes.
func tokenSchema(kind object.Kind) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"token_encryption": schema.SingleNestedAttribute{
			Optional: true,
			MarkdownDescription: "Keeps the token out of the state: it is encrypted before Terraform sees it, `token` is null, and `token_encrypted` has the ciphertext. " +
				"Any change of the recipients rotates the key, as its token can be encrypted only once.",
			Attributes: map[string]schema.Attribute{
				"age_recipients": schema.SetAttribute{
					Required:            true,
					ElementType:         types.StringType,
					MarkdownDescription: "Who can decrypt it: age recipients (`age1…`) or SSH public keys. Each can on its own, with `keyward token decrypt` or `age`.",
					Validators: append(validate.Words("age recipient", func(word string) error {
						_, err := tokencrypt.ParseRecipients([]string{word})
						return err
					}), setvalidator.SizeAtLeast(1), recipientsValidator{}),
				},
			},
		},
		"token": schema.StringAttribute{
			Computed:  true,
			Sensitive: true,
			MarkdownDescription: "Secret text of the key. " + kind.Platform + " shows it only once, when it creates the key. " +
				"Null for an imported key and with `token_encryption`.",
			PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		},
		"token_encrypted": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "The token, encrypted to `token_encryption` (age, ASCII armor); null without it.",
		},
		"token_fingerprint": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "`sha256:` and the SHA-256 of the token in hex, to compare tokens without showing them; null where the token was never known.",
		},
	}
}

// encryptionModel is the token_encryption attribute.
type encryptionModel struct {
	AgeRecipients types.Set `tfsdk:"age_recipients"`
}

func encryptionTypes() map[string]attr.Type {
	return map[string]attr.Type{"age_recipients": types.SetType{ElemType: types.StringType}}
}

// recipients returns to whom the token is encrypted, sorted; nil for no one.
// known is false where a plan doesn't know yet.
func (a *Attributes) recipients(ctx context.Context) (words []string, known bool, diags diag.Diagnostics) {
	if a.TokenEncryption.IsNull() || a.TokenEncryption.IsUnknown() {
		return nil, a.TokenEncryption.IsNull(), nil
	}
	var declared encryptionModel
	diags = a.TokenEncryption.As(ctx, &declared, basetypes.ObjectAsOptions{})
	for _, element := range declared.AgeRecipients.Elements() {
		word, ok := element.(types.String)
		if !ok || word.IsUnknown() {
			return nil, false, diags
		}
		words = append(words, canonical(word.ValueString()))
	}
	slices.Sort(words)
	return words, !declared.AgeRecipients.IsUnknown(), diags
}

// canonical is a recipient without what has no meaning: the space around it, and
// the comment of an SSH key.
func canonical(word string) string {
	fields := strings.Fields(word)
	if len(fields) > 2 && strings.HasPrefix(fields[0], "ssh-") {
		fields = fields[:2]
	}
	return strings.Join(fields, " ")
}

// recipientsProperty is what only a new key can change about the recipients.
func recipientsProperty(ctx context.Context, state, plan *Attributes) (rotation.Property, diag.Diagnostics) {
	before, _, diags := state.recipients(ctx)
	after, known, more := plan.recipients(ctx)
	diags.Append(more...)
	return rotation.Property{
		Name: "token_encryption", Old: strings.Join(before, ", "), New: strings.Join(after, ", "), Unknown: !known,
	}, diags
}

// planToken leaves to be known after apply the forms that a new token will take,
// and no others.
func (a *Attributes) planToken() {
	a.Token, a.TokenEncrypted = types.StringUnknown(), types.StringUnknown()
	a.TokenFingerprint = types.StringUnknown()
	switch {
	case a.TokenEncryption.IsUnknown():
	case a.TokenEncryption.IsNull():
		a.TokenEncrypted = types.StringNull()
	default:
		a.Token = types.StringNull()
	}
}

// sealers returns to whom a new token is encrypted, nil for no one. It is asked
// before there is a token: one that can't be encrypted would be lost.
func (a *Attributes) sealers(ctx context.Context) ([]age.Recipient, diag.Diagnostics) {
	words, _, diags := a.recipients(ctx)
	if len(words) == 0 {
		return nil, diags
	}
	recipients, err := tokencrypt.ParseRecipients(words)
	if err != nil {
		diags.AddAttributeError(path.Root("token_encryption").AtName("age_recipients"), "The token can't be encrypted", err.Error()+".")
	}
	return recipients, diags
}

// keepToken writes a new token in the form that is declared. It changes nothing
// where the token can't be encrypted.
func (a *Attributes) keepToken(token client.Secret, recipients []age.Recipient) error {
	plain, encrypted := types.StringValue(token.Reveal()), types.StringNull()
	if len(recipients) > 0 {
		ciphertext, err := tokencrypt.Encrypt(token.Reveal(), recipients)
		if err != nil {
			return fmt.Errorf("the token could not be encrypted: %w. Fix token_encryption", err)
		}
		plain, encrypted = types.StringNull(), types.StringValue(ciphertext)
	}
	a.Token, a.TokenEncrypted = plain, encrypted
	a.TokenFingerprint = types.StringValue(token.Fingerprint())
	return nil
}

// recipientsValidator refuses recipients that can't be encrypted to together.
type recipientsValidator struct{}

func (recipientsValidator) Description(context.Context) string { return "must go together" }

func (v recipientsValidator) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (recipientsValidator) ValidateSet(_ context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	var words []string
	for _, element := range req.ConfigValue.Elements() {
		word, ok := element.(types.String)
		if !ok || word.IsNull() || word.IsUnknown() {
			return // refused or not known yet
		}
		words = append(words, word.ValueString())
	}
	if len(words) < 2 {
		return
	}
	for _, word := range words {
		if _, err := tokencrypt.ParseRecipients([]string{word}); err != nil {
			return // refused alone
		}
	}
	if _, err := tokencrypt.ParseRecipients(words); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Recipients that don't go together", err.Error()+".")
	}
}
