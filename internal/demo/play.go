package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// story is one performance: the stage, what is known so far and where to show it.
type story struct {
	*stage
	*screen
	corebill, billium platform
	before            [2]map[string]string // live keys before anything was applied
	first, second     outputs              // the keys before and after the rotation
	invoice           string               // id of an invoice that the first Billium key made
}

// play shows everything, in order, and returns the first thing that was not as
// it should be.
func play(ctx context.Context, stage *stage, screen *screen) error {
	creds := stage.sandbox.credentials
	s := &story{stage: stage, screen: screen, corebill: corebill(creds), billium: billium(creds)}
	for _, act := range []func(context.Context) error{s.open, s.apply, s.use, s.overreach, s.rotate, s.compare, s.audit, s.destroy} {
		if err := act(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (s *story) open(ctx context.Context) (err error) {
	s.heading("Start a sandbox of both platforms")
	s.line("Corebill at %s", s.sandbox.credentials.Corebill.BaseURL)
	s.line("Billium at %s", s.sandbox.credentials.Billium.BaseURL)
	s.before, err = s.live(ctx)
	return err
}

func (s *story) apply(ctx context.Context) error {
	s.heading("Declare two keys: " + s.terraform.name() + " apply, with the provider just built")
	return s.generation(ctx, 1, &s.first)
}

func (s *story) rotate(ctx context.Context) error {
	s.heading("Rotate them: " + s.terraform.name() + " apply -var rotation=2")
	if err := s.generation(ctx, 2, &s.second); err != nil {
		return err
	}
	if s.first.Corebill.ID == s.second.Corebill.ID || s.first.Billium.ID == s.second.Billium.ID {
		return errors.New("the rotation did not issue new keys")
	}
	return nil
}

// generation applies the example with that value of var.rotation, reads its
// outputs into o and shows the keys, never the tokens.
func (s *story) generation(ctx context.Context, rotation int, o *outputs) error {
	summary, err := s.terraform.apply(ctx, rotation)
	if err != nil {
		return err
	}
	s.line("%s", summary)
	if *o, err = s.terraform.outputs(ctx); err != nil {
		return err
	}
	c, b := o.Corebill, o.Billium
	s.table([][]string{
		{"KEY", s.corebill.name, s.billium.name},
		{"name", c.Name, b.Name},
		{"id", c.ID, b.ID},
		{"prefix", c.Prefix, b.Prefix},
		{"allowed", strings.Join(c.Allowed, ", "), strings.Join(b.Allowed, ", ")},
	})
	return nil
}

// attempt is a request that the demo makes and the status it must get.
type attempt struct {
	platform           platform
	what               string
	token              string
	method, path, body string
	want               int
}

// make makes the attempts, shows them as a table and returns their answers.
func (s *story) make(ctx context.Context, attempts ...attempt) ([]answer, error) {
	rows := [][]string{{"PLATFORM", "REQUEST", "STATUS", "ANSWER"}}
	var answers []answer
	var wrong error
	for _, a := range attempts {
		got, err := a.platform.call(ctx, a.token, a.method, a.path, a.body)
		if err != nil {
			return nil, err
		}
		rows = append(rows, []string{a.platform.name, a.what, strconv.Itoa(got.status), got.message})
		answers = append(answers, got)
		if got.status != a.want {
			wrong = errors.Join(wrong, fmt.Errorf("%s: %s: got %d, want %d", a.platform.name, a.what, got.status, a.want))
		}
	}
	s.table(rows)
	return answers, wrong
}

func (s *story) listCustomers(what, token string, want int) attempt {
	return attempt{s.corebill, what, token, http.MethodGet, "/customers", "", want}
}

func (s *story) createInvoice(what, token string, want int) attempt {
	return attempt{s.billium, what, token, http.MethodPost, "/invoices", `{"amount": "12.50", "currency": "EUR"}`, want}
}

func (s *story) use(ctx context.Context) error {
	s.heading("Use the new tokens")
	answers, err := s.make(ctx,
		s.listCustomers("list customers", s.first.corebillToken, http.StatusOK),
		s.createInvoice("create an invoice", s.first.billiumToken, http.StatusCreated))
	if err != nil {
		return err
	}
	var invoice struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(answers[1].body, &invoice); err != nil {
		return fmt.Errorf("read the invoice: %w", err)
	}
	s.invoice = invoice.ID
	return nil
}

func (s *story) overreach(ctx context.Context) error {
	s.heading("Try more than they allow")
	_, err := s.make(ctx,
		attempt{s.corebill, "create a customer", s.first.corebillToken, http.MethodPost, "/customers",
			`{"name": "Ada Lovelace"}`, http.StatusForbidden},
		attempt{s.billium, "cancel that invoice", s.first.billiumToken, http.MethodPost, "/invoices/" + s.invoice + "/cancel",
			"", http.StatusForbidden})
	return err
}

func (s *story) compare(ctx context.Context) error {
	s.heading("The old tokens are refused, the new ones accepted")
	_, err := s.make(ctx,
		s.listCustomers("list customers, old token", s.first.corebillToken, http.StatusUnauthorized),
		s.createInvoice("create an invoice, old token", s.first.billiumToken, http.StatusUnauthorized),
		s.listCustomers("list customers, new token", s.second.corebillToken, http.StatusOK),
		s.createInvoice("create an invoice, new token", s.second.billiumToken, http.StatusCreated))
	return err
}

// audit shows what the platforms recorded of the demo's keys.
func (s *story) audit(ctx context.Context) error {
	s.heading("Read the platforms' audit trail, api_logs")
	all, err := records(ctx, s.corebill, s.billium)
	if err != nil {
		return err
	}
	labels := map[string]string{
		s.first.Corebill.ID: "reporting, old", s.second.Corebill.ID: "reporting, new",
		s.first.Billium.ID: "checkout, old", s.second.Billium.ID: "checkout, new",
	}
	rows := [][]string{{"TIME", "KEY", "METHOD", "PATH", "STATUS"}}
	for _, r := range all {
		if label, ok := labels[r.keyID]; ok {
			rows = append(rows, []string{r.time.UTC().Format("15:04:05.000"), label, r.method,
				shortPath(r.path, s.billium), strconv.Itoa(r.status)})
		}
	}
	s.table(rows)
	s.line("and %d requests that the provider and this demo made with the bootstrap keys", len(all)-len(rows)+1)
	if len(rows) == 1 {
		return errors.New("api_logs has no row of the demo's keys")
	}
	return nil
}

func (s *story) destroy(ctx context.Context) error {
	s.heading("Destroy everything")
	summary, err := s.terraform.destroy(ctx)
	if err != nil {
		return err
	}
	s.line("%s", summary)
	after, err := s.live(ctx)
	if err != nil {
		return err
	}
	for i, p := range []platform{s.corebill, s.billium} {
		s.line("Live keys on %s: %s", p.name, strings.Join(slices.Sorted(maps.Values(after[i])), ", "))
		if !maps.Equal(after[i], s.before[i]) {
			return fmt.Errorf("%s has other live keys than before the demo", p.name)
		}
	}
	return nil
}

// live returns the live keys of Corebill and of Billium.
func (s *story) live(ctx context.Context) (keys [2]map[string]string, err error) {
	if keys[0], err = liveKeys(ctx, s.corebill, corebillKeys); err != nil {
		return keys, err
	}
	keys[1], err = liveKeys(ctx, s.billium, billiumKeys)
	return keys, err
}
