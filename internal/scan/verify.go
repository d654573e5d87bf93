package scan

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/client/billium"
	"github.com/keyward/terraform-provider-keyward/internal/client/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
)

// Where is where to ask about keys.
type Where struct {
	// Accounts give their platforms' addresses, and Billium's merchants.
	Accounts *inventory.Accounts
	// CorebillBaseURL and BilliumBaseURL are for a platform without an account; the
	// platform's own address when empty.
	CorebillBaseURL, BilliumBaseURL string
	// Options are every request's; BaseURL and APIKey are overwritten.
	Options client.Options
}

// Sending is a token that Verify is about to send, and where to.
type Sending struct {
	Finding   Finding
	Addresses []string
}

// Destinations tells where Verify sends the token of each finding, each token once.
func Destinations(where Where, findings []Finding) []Sending {
	v := &verifier{Where: where}
	var all []Sending
	for _, f := range findings {
		sent := slices.ContainsFunc(all, func(s Sending) bool { return s.Finding.token.Reveal() == f.token.Reveal() })
		if f.Rule == WebhookSecret || sent {
			continue
		}
		s := Sending{Finding: f}
		for _, e := range v.endpoints(f.Rule) {
			if !slices.Contains(s.Addresses, e.baseURL) {
				s.Addresses = append(s.Addresses, e.baseURL)
			}
		}
		all = append(all, s)
	}
	return all
}

// Verify asks the platforms about each key that was found, once, by presenting its
// token: whether it works, and which key it is. known completes what is said of that.
// Webhook secrets can't be asked about. troubles are the keys, a sentence each, that
// got no answer.
func Verify(ctx context.Context, where Where, findings []Finding, known []Known) (troubles []string) {
	v := &verifier{Where: where, answers: map[string]answer{}, shut: map[endpoint]error{}}
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
			f.verified(got, known)
		}
	}
	return troubles
}

// verified takes in what the platform said.
func (f *Finding) verified(got answer, known []Known) {
	f.Verified = true
	if got.keyID != "" {
		resource := ""
		if f.Key != nil && f.Key.ID == got.keyID {
			resource = f.Key.Resource
		}
		f.Key = &Known{Object: f.What, ID: got.keyID, Status: got.status, Prefix: f.Prefix, Resource: resource, rules: []Rule{f.Rule}}
		if status := f.lookUp(known); got.status == Refused && (status == Revoked || status == Disabled) {
			got.status = status
		}
		f.Key.Status = got.status
	}
	f.settle(got.status)
}

type verifier struct {
	Where

	answers map[string]answer
	// shut are the endpoints, and why, at which the account's own credential is refused.
	shut map[endpoint]error
}

type answer struct {
	status Status
	// keyID is the key's id, "" where that can't be told.
	keyID string
	err   error
}

// endpoint is where a key may be known. An account reads in the log whose token one
// was that is refused.
type endpoint struct {
	baseURL, merchant string
	corebill          *inventory.CorebillAccount
	billium           *inventory.BilliumAccount
}

// anyMerchant has a merchant's form. Billium tells an unknown key from one of
// another merchant, whatever merchant is named.
const anyMerchant = "mer_00000000000000000000000000000000"

// ask asks one endpoint after the other until one knows the key.
func (v *verifier) ask(ctx context.Context, f *Finding) answer {
	best := answer{status: Refused}
	for _, e := range v.endpoints(f.Rule) {
		got := v.probe(ctx, f, e)
		switch {
		case got.err == nil && got.status == Live:
			return got
		case got.err != nil, best.err == nil && (got.status == Disabled || got.keyID != ""):
			best = got
		}
	}
	return best
}

// probe presents a token, and believes a refusal only where the account's own
// credential is not refused as well: else something answers everyone like that. Where
// the log, which that credential reads, has the token's key, that is told already.
func (v *verifier) probe(ctx context.Context, f *Finding, e endpoint) answer {
	got, said := v.present(ctx, f, e)
	if said == nil || got.err != nil || got.keyID != "" {
		return got
	}
	if err := v.refusedToo(ctx, e); err != nil {
		return answer{err: fmt.Errorf("the account's own credential is refused, too: %w", err)}
	}
	return got
}

// refusedToo returns how an endpoint refuses the credential of its account; nil where it
// doesn't, and where there is no account.
func (v *verifier) refusedToo(ctx context.Context, e endpoint) error {
	err, asked := v.shut[e]
	if asked {
		return err
	}
	switch {
	case e.corebill != nil:
		err = e.corebill.Client.Verify(ctx)
	case e.billium != nil:
		err = e.billium.Client.Verify(ctx, e.merchant)
	}
	if !errors.Is(err, client.ErrUnauthorized) && !errors.Is(err, client.ErrForbidden) {
		err = nil
	}
	v.shut[e] = err
	return err
}

// present presents a token. A token that is accepted is live, though which key it is
// may not be told. said is the refusal that the answer rests on, nil where it is none.
func (v *verifier) present(ctx context.Context, f *Finding, e endpoint) (got answer, said error) {
	identity, err := v.identify(ctx, f, e)
	if err == nil {
		got := judgeAnswer(identity.Refusal)
		got.keyID = identity.KeyID
		return got, identity.Refusal
	}
	if f.Rule != CorebillKey || client.Refused(err) {
		return judgeAnswer(err), err
	}
	c, err := v.corebillAs(f, e)
	if err != nil {
		return answer{err: err}, err
	}
	err = c.Verify(ctx)
	return judgeAnswer(err), err
}

func (v *verifier) identify(ctx context.Context, f *Finding, e endpoint) (client.Identity, error) {
	switch {
	case e.billium != nil:
		return e.billium.Client.Identify(ctx, e.merchant, f.token)
	case f.Rule != CorebillKey:
		options := v.Options
		options.APIKey, options.BaseURL = f.token, e.baseURL
		c, err := billium.New(options)
		if err != nil {
			return client.Identity{}, err
		}
		key, err := c.OwnKey(ctx, e.merchant)
		if err != nil {
			return client.Identity{}, err
		}
		return client.Identity{KeyID: key.ID}, nil
	}
	if e.corebill != nil {
		if companies, err := e.corebill.Companies(ctx); err == nil {
			return e.corebill.Client.Identify(ctx, companies[0].ID, f.token)
		}
	}
	c, err := v.corebillAs(f, e)
	if err != nil {
		return client.Identity{}, err
	}
	return c.IdentifySelf(ctx)
}

func (v *verifier) corebillAs(f *Finding, e endpoint) (*corebill.Client, error) {
	options := v.Options
	options.APIKey, options.BaseURL = f.token, e.baseURL
	return corebill.New(options)
}

// judgeAnswer reads the outcome of a request: only a 401 of the platform's own
// says that a key is not taken, and a 403 of its own comes after it.
func judgeAnswer(err error) answer {
	var failed *client.Error
	switch {
	case err == nil, client.Forbidden(err):
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

func (v *verifier) endpoints(rule Rule) []endpoint {
	var all []endpoint
	add := func(e endpoint) {
		if !slices.ContainsFunc(all, func(o endpoint) bool { return o.baseURL == e.baseURL && o.merchant == e.merchant }) {
			all = append(all, e)
		}
	}
	if rule == CorebillKey {
		for i, a := range v.Accounts.Corebill {
			add(endpoint{baseURL: a.Client.BaseURL(), corebill: &v.Accounts.Corebill[i]})
		}
	} else {
		for i, a := range v.Accounts.Billium {
			add(endpoint{baseURL: a.Client.BaseURL(), merchant: a.MerchantID, billium: &v.Accounts.Billium[i]})
		}
	}
	switch {
	case len(all) > 0:
		return all
	case rule == CorebillKey:
		return []endpoint{{baseURL: cmp.Or(v.CorebillBaseURL, corebill.DefaultBaseURL)}}
	default:
		return []endpoint{{baseURL: cmp.Or(v.BilliumBaseURL, billium.DefaultBaseURL), merchant: anyMerchant}}
	}
}
