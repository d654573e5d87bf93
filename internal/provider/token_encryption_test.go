package provider_test

import (
	"errors"
	"fmt"
	"net/http"
	"testing"

	"filippo.io/age"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/keyward/terraform-provider-keyward/internal/tokencrypt"
)

// The state has the token's ciphertext alone, each recipient can decrypt it, and
// other recipients mean another key.
func TestTokenOutOfState(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.runBoth(t, func(c keyCase) []resource.TestStep {
		alice, bob := identity(t), identity(t)
		config := func(recipients ...string) string {
			return c.config(fmt.Sprintf(`name = "shop"
			rotation         = { overlap = "24h" }
			token_encryption = { age_recipients = %s }`, hclList(recipients)))
		}
		opens := func(who *age.X25519Identity, ciphertext *string) statecheck.StateCheck {
			return serverSees(func() error {
				token, err := tokencrypt.Decrypt(*ciphertext, []age.Identity{who})
				if err != nil {
					return err
				}
				return exactly(http.StatusOK, c.call(t, w, token), "(status of the decrypted token)")
			})
		}
		var ciphertext, fingerprint string
		return []resource.TestStep{
			{Config: c.config(`name = "shop"`)},
			{Config: config(alice.Recipient().String()),
				ConfigPlanChecks: c.rotating(plancheck.ExpectKnownValue(c.address, at("token"), knownvalue.Null()), plancheck.ExpectUnknownValue(c.address, at("token_encrypted"))),
				ConfigStateChecks: []statecheck.StateCheck{
					known(c.address, "token", knownvalue.Null()),
					taken(c.address, "token_encrypted", &ciphertext), taken(c.address, "token_fingerprint", &fingerprint),
					opens(alice, &ciphertext),
				}},
			{Config: config(bob.Recipient().String(), alice.Recipient().String()), ConfigPlanChecks: c.rotating(),
				ConfigStateChecks: []statecheck.StateCheck{
					taken(c.address, "token_encrypted", &ciphertext), opens(alice, &ciphertext), opens(bob, &ciphertext),
					known(c.address, "token_fingerprint", knownvalue.StringFunc(func(got string) error {
						if got == fingerprint {
							return errors.New("the fingerprint is the old token's")
						}
						return nil
					})),
				}},
			emptyPlan(config(alice.Recipient().String(), bob.Recipient().String())),
			{Config: c.config(`name = "shop"`), ConfigPlanChecks: c.rotating(plancheck.ExpectUnknownValue(c.address, at("token"))),
				ConfigStateChecks: []statecheck.StateCheck{known(c.address, "token_encrypted", knownvalue.Null()), known(c.address, "token", knownvalue.NotNull()), c.wantLive(t, w, "shop", 1)}},
		}
	})
}

func identity(t *testing.T) *age.X25519Identity {
	t.Helper()
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return identity
}

func hclList(words []string) string {
	text := "["
	for _, word := range words {
		text += fmt.Sprintf("%q, ", word)
	}
	return text + "]"
}

// Recipients that can't be encrypted to together are refused before there is a
// token to lose.
func TestRecipientsThatDoNotGoTogether(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	hybrid, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	recipients := []string{identity(t).Recipient().String(), hybrid.Recipient().String()}
	w.run(t,
		resource.TestStep{
			Config:      corebillCase.config(`name = "shop"` + "\n" + `token_encryption = { age_recipients = ` + hclList(recipients) + ` }`),
			PlanOnly:    true,
			ExpectError: says("Recipients that don't go together"),
		},
		resource.TestStep{ // known only when it is applied
			Config: `resource "terraform_data" "recipients" { input = ` + hclList(recipients) + ` }
			` + corebillCase.config(`name = "shop"
			token_encryption = { age_recipients = terraform_data.recipients.output }`),
			ExpectError: says("Recipients that don't go together"),
		},
	)
	if n := len(w.liveCorebill(t, "shop")); n != 0 {
		t.Errorf("%d keys were created", n)
	}
}
