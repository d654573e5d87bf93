package scan

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/account"
	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/client/billium"
	"github.com/keyward/terraform-provider-keyward/internal/client/corebill"
)

// Where is where to ask about keys.
type Where struct {
	// Accounts give their platforms' addresses, and Billium's merchants.
	Accounts *account.Access
	// CorebillBaseURL and BilliumBaseURL are for a platform without an account; the
	// platform's own address when empty.
	CorebillBaseURL, BilliumBaseURL string
	// Options are every request's; BaseURL and APIKey are overwritten.
	Options client.Options
}

// Verify asks the platforms about each key that was found, once, by making a
// harmless request with it. Webhook secrets can't be asked for. troubles are the
// keys, a sentence each, that got no answer.
func Verify(ctx context.Context, where Where, findings []Finding) (troubles []string) {
	v := &verifier{Where: where, answers: map[string]answer{}}
	for i := range findings {
		f := &findings[i]
		if f.Rule == WebhookSecret {
			continue
		}
		token := f.token.Reveal()
		got, asked := v.answers[token]
		if !asked {
			got = v.ask(ctx, f)
			v.answers[token] = got
			if got.err != nil {
				troubles = append(troubles, fmt.Sprintf("the key %s… could not be verified: %v", f.Prefix, got.err))
			}
		}
		if got.err == nil {
			f.Verified = true
			f.settle(got.status)
		}
	}
	return troubles
}

type verifier struct {
	Where

	answers map[string]answer
}

type answer struct {
	status Status
	err    error
}

// door is where a key may be known.
type door struct{ baseURL, merchant string }

// anyMerchant has a merchant's form. Billium tells an unknown key from one of
// another merchant, whatever merchant is named.
const anyMerchant = "mer_00000000000000000000000000000000"

// ask knocks at every door until one knows the key.
func (v *verifier) ask(ctx context.Context, f *Finding) answer {
	best := answer{status: Refused}
	for _, d := range v.doors(f.Rule) {
		got := judgeAnswer(v.knock(ctx, f, d))
		switch {
		case got.err == nil && got.status == Live:
			return got
		case got.err != nil, best.err == nil && got.status == Disabled:
			best = got
		}
	}
	return best
}

func (v *verifier) knock(ctx context.Context, f *Finding, d door) error {
	options := v.Options
	options.APIKey, options.BaseURL = f.token, d.baseURL
	if f.Rule == CorebillKey {
		c, err := corebill.New(options)
		if err != nil {
			return err
		}
		return c.Verify(ctx)
	}
	c, err := billium.New(options)
	if err != nil {
		return err
	}
	return c.Verify(ctx, d.merchant)
}

// judgeAnswer reads the outcome of a request: only a 401 of the platform's own
// says that a key is not taken, and a 403 comes after it.
func judgeAnswer(err error) answer {
	var failed *client.Error
	switch {
	case err == nil, errors.Is(err, client.ErrForbidden):
		return answer{status: Live}
	case client.Refused(err):
		// Source: the authentication pages, "API key is disabled"; contract, "API key is inactive".
		if errors.As(err, &failed) && (strings.Contains(failed.Message, "disabled") || strings.Contains(failed.Message, "inactive")) {
			return answer{status: Disabled}
		}
		return answer{status: Refused}
	default:
		return answer{err: err}
	}
}

func (v *verifier) doors(rule Rule) []door {
	var doors []door
	add := func(d door) {
		if !slices.Contains(doors, d) {
			doors = append(doors, d)
		}
	}
	if rule == CorebillKey {
		for _, a := range v.Accounts.Corebill {
			add(door{baseURL: a.Client.BaseURL()})
		}
	} else {
		for _, a := range v.Accounts.Billium {
			add(door{baseURL: a.Client.BaseURL(), merchant: a.MerchantID})
		}
	}
	if len(doors) > 0 {
		return doors
	}
	if rule == CorebillKey {
		return []door{{baseURL: v.CorebillBaseURL}}
	}
	return []door{{baseURL: v.BilliumBaseURL, merchant: anyMerchant}}
}
