package apikey

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/platform/resourcekind"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
	"github.com/keyward/terraform-provider-keyward/internal/resources/object"
	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

// model is the resource of the fake platform.
type model struct {
	Attributes
	Scope types.String `tfsdk:"scope_id"`
	// Level is something that no key can change.
	Level types.String `tfsdk:"level"`
}

// fakeKey is a key of the fake platform.
type fakeKey struct {
	Key
	scope, level, token string
}

// fakeRow is a row of the fake platform's log.
type fakeRow struct {
	rotation.Row
	key string
}

// account is a fake platform: keys, a log and a clock.
type account struct {
	now  time.Time
	keys []*fakeKey
	rows []fakeRow
	// before is asked about each request before it is carried out, after once it
	// is; an error is the request's.
	before, after func(method, id string) error
	// slow is how far this machine's clock is behind, by which a process goes until the
	// platform has answered.
	slow time.Duration
	// mislead is the id that the answer to a creation has instead of the key's.
	mislead string
}

func newAccount() *account {
	return &account{now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
}

func (a *account) key(id string) *fakeKey {
	for _, key := range a.keys {
		if key.ID == id {
			return key
		}
	}
	return nil
}

func (a *account) add(name, scope, level, by string) *fakeKey {
	number := len(a.keys) + 1
	key := &fakeKey{Key: Key{
		ID: fmt.Sprintf("key_%d", number), Name: name, Enabled: true, KeyPrefix: fmt.Sprintf("sk_%d", number), CreatedAt: a.now, CreatedBy: by,
	}, scope: scope, level: level, token: fmt.Sprintf("sk_%d_token", number)}
	a.keys = append(a.keys, key)
	return key
}

// live are the ids of the live keys of a name.
func (a *account) live(name string) (ids []string) {
	for _, key := range a.keys {
		if key.Name == name && key.RevokedAt == nil {
			ids = append(ids, key.ID)
		}
	}
	return ids
}

// use is a request of a program with a token.
func (a *account) use(token, agent string) error {
	for _, key := range a.keys {
		if key.token != token {
			continue
		}
		status := 200
		if key.RevokedAt != nil || !key.Enabled {
			status = 401
		}
		a.rows = append(a.rows, fakeRow{rotation.Row{At: a.now, Method: "GET", Path: "/", Status: status, IP: "192.0.2.1", UserAgent: agent}, key.ID})
		if status == 200 {
			key.LastUsedAt = new(a.now)
			return nil
		}
	}
	return client.ErrUnauthorized
}

// process is a provider's process: what the resource asks of the platform through
// one credential, with one claims.
type process struct {
	*account
	claims     providerdata.Claims
	credential string // id of the provider's key
	lacks      string
	// listed is what a list showed first.
	listed []Key
	// answered says that the platform has told its time.
	answered bool
}

var _ Platform[model] = (*process)(nil)

func (p *process) Use(*providerdata.Data)        {}
func (p *process) Status() providerdata.Status   { return providerdata.Status{} }
func (p *process) Claims() *providerdata.Claims  { return &p.claims }
func (p *process) ScopeOf(m *model) types.String { return m.Scope }

func (p *process) Now() time.Time {
	if !p.answered {
		return p.now.Add(-p.slow)
	}
	return p.now
}

func (p *process) ResolvePlan(context.Context, *model, *model, *model) diag.Diagnostics { return nil }

func (p *process) Uneditable(state, plan *model) []rotation.Property {
	return []rotation.Property{{Name: "level", Old: state.Level.ValueString(), New: plan.Level.ValueString()},
		{Name: "scope", Old: state.Scope.ValueString(), New: plan.Scope.ValueString()}}
}

func (p *process) Narrows(context.Context, *model, *model) ([]string, diag.Diagnostics) {
	return nil, nil
}
func (p *process) Lacks(context.Context) (string, error) { return p.lacks, nil }
func (p *process) IsCaller(_ context.Context, key KeyRef) (bool, error) {
	return key.ID == p.credential, nil
}

// request carries out a request, and writes its row.
func (p *process) request(ctx context.Context, method, id, comment string, do func() (int, error)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if p.before != nil {
		if err := p.before(method, id); err != nil {
			return err
		}
	}
	status, err := do()
	p.answered = true
	agent := "terraform-provider-keyward/test"
	if comment != "" {
		agent += " (" + comment + ")"
	}
	p.rows = append(p.rows, fakeRow{rotation.Row{At: p.now, Method: method, Path: "/v1/api_keys/" + id, Status: status, IP: "127.0.0.1", UserAgent: agent}, p.credential})
	if err == nil && p.after != nil {
		err = p.after(method, id)
	}
	return err
}

func (p *process) all(ctx context.Context) (keys []Key, err error) {
	err = p.request(ctx, "LIST", "", "", func() (int, error) {
		for _, key := range slices.Backward(p.keys) {
			keys = append(keys, key.Key)
		}
		return 200, nil
	})
	return keys, err
}

func (p *process) SameName(ctx context.Context, m *model, which ListMode) (keys []Key, known bool, err error) {
	if p.listed == nil || which == Fresh {
		if p.listed, err = p.all(ctx); err != nil {
			p.listed = nil
			return nil, true, err
		}
	}
	for _, key := range p.listed {
		if p.key(key.ID).scope == m.Scope.ValueString() && IsNamed(m.Scope.ValueString(), m.Name.ValueString(), key.Name) {
			keys = append(keys, key)
		}
	}
	return keys, true, nil
}

func (p *process) Create(ctx context.Context, plan *model, name string) (made Issued, err error) {
	err = p.request(ctx, "POST", "", "", func() (int, error) {
		key := p.add(name, plan.Scope.ValueString(), plan.Level.ValueString(), p.credential)
		made = Issued{Key: key.Key, Token: client.NewSecret(key.token)}
		if p.mislead != "" {
			made.ID = p.mislead
		}
		return 201, nil
	})
	return made, err
}

func (p *process) Read(ctx context.Context, m *model) (Key, error) {
	return p.Find(ctx, m.Scope, m.ID.ValueString(), true)
}

func (p *process) Find(ctx context.Context, _ types.String, id string, _ bool) (found Key, err error) {
	err = p.request(ctx, "GET", id, "", func() (int, error) {
		if key := p.key(id); key != nil {
			found = key.Key
			return 200, nil
		}
		return 404, client.ErrNotFound
	})
	return found, err
}

func (p *process) Requests(_ context.Context, _ types.String, filter RequestFilter) iter.Seq2[rotation.Row, error] {
	return Requests(func(yield func(fakeRow, error) bool) {
		for _, row := range slices.Backward(p.rows) {
			if row.key != filter.KeyID || !filter.From.IsZero() && !row.At.After(filter.From) || !filter.To.IsZero() && !row.At.Before(filter.To) {
				continue
			}
			if !yield(row, nil) {
				return
			}
		}
	}, filter.Limit, func(row fakeRow) rotation.Row { return row.Row })
}

func (p *process) SaysReplaced(_ context.Context, _ types.String, id string) (bool, error) {
	return slices.ContainsFunc(p.rows, func(row fakeRow) bool {
		return strings.HasSuffix(row.UserAgent, "("+providerdata.Replaces(id)+")") && p.now.Sub(row.At) <= 24*time.Hour
	}), nil
}

func (p *process) Inspect(ctx context.Context, _ types.String, id, comment string) error {
	return p.request(ctx, "GET", id, comment, func() (int, error) { return 200, nil })
}

func (p *process) Verify(_ context.Context, _ types.String, id string, token client.Secret) error {
	if p.before != nil {
		if err := p.before("VERIFY", id); err != nil {
			return err
		}
	}
	key := p.key(id)
	if key == nil || key.token != token.Reveal() {
		return ErrOtherKey
	}
	err := p.use(token.Reveal(), "terraform-provider-keyward/test ("+rotation.Verifies(id)+")")
	if err == nil && p.after != nil {
		err = p.after("VERIFY", id)
	}
	return err
}

func (p *process) Edit(ctx context.Context, from, to *model, comment string) (Key, error) {
	id := from.ID.ValueString()
	if from.Name.Equal(to.Name) && from.Enabled.Equal(to.Enabled) {
		return from.Key(), nil
	}
	var edited Key
	err := p.request(ctx, "PATCH", id, comment, func() (int, error) {
		key := p.key(id)
		if key == nil {
			return 404, client.ErrNotFound
		}
		key.Name, key.Enabled = to.Name.ValueString(), to.Enabled.ValueBool()
		edited = key.Key
		return 200, nil
	})
	return edited, err
}

func (p *process) Revoke(ctx context.Context, _ types.String, id string) error {
	return p.request(ctx, "DELETE", id, "", func() (int, error) {
		if key := p.key(id); key != nil && key.RevokedAt == nil {
			key.RevokedAt = new(p.now)
			p.claims.Revoke(id)
		}
		return 200, nil
	})
}

func (p *process) Each(context.Context, string) iter.Seq2[Listed[model], error] {
	return func(func(Listed[model], error) bool) {}
}

var testKind = object.Kind{Kind: resourcekind.Kind{Type: "fake_api_key", Platform: "Fake", Noun: "API key", Scope: "scope_id", Unscoped: "organization", IDPrefix: "key_"}}

// privateMap is a private state.
type privateMap map[string][]byte

func (p privateMap) GetKey(_ context.Context, key string) ([]byte, diag.Diagnostics) {
	return p[key], nil
}

func (p privateMap) SetKey(_ context.Context, key string, value []byte) diag.Diagnostics {
	p[key] = value
	return nil
}

// workspace is a state, its configuration and what Terraform does with them.
type workspace struct {
	account    *account
	credential string
	state      *model
	private    privateMap
	lacks      string
}

// savedPlan is a plan that can be applied later.
type savedPlan struct {
	config, prior, plan *model
	private, keep       privateMap
	diags               diag.Diagnostics
}

func (w *workspace) process() (*process, *Resource[model, *model]) {
	p := &process{account: w.account, credential: w.credential, lacks: w.lacks}
	p.claims.Patience = time.Nanosecond // no other resource is about to be refreshed
	r := New[model, *model](testKind, p)
	return p, &r
}

// refresh is the refresh of a plan.
func (w *workspace) refresh(ctx context.Context, r *Resource[model, *model]) diag.Diagnostics {
	if w.state == nil {
		return nil
	}
	found := r.refresh(ctx, *w.state, w.private)
	if found.diags.HasError() {
		return found.diags
	}
	if found.gone {
		w.state, w.private = nil, nil
		return found.diags
	}
	found.diags.Append(found.keep(ctx, w.private)...)
	w.state = &found.state
	return found.diags
}

// plan refreshes and plans. A nil configuration destroys.
func (w *workspace) plan(ctx context.Context, config *model, refresh bool) savedPlan {
	_, r := w.process()
	var diags diag.Diagnostics
	if refresh {
		diags = w.refresh(ctx, r)
	}
	made := w.planWith(ctx, r, config, w.state, w.private)
	made.diags = append(diags, made.diags...)
	return made
}

// planReplaced plans -replace: the resource as it is, then the new object.
func (w *workspace) planReplaced(ctx context.Context, config *model) diag.Diagnostics {
	_, r := w.process()
	kept := w.planWith(ctx, r, config, w.state, w.private).keep
	return w.planWith(ctx, r, config, nil, kept).diags
}

func (w *workspace) planWith(ctx context.Context, r *Resource[model, *model], config, state *model, kept privateMap) savedPlan {
	made := savedPlan{config: config, prior: state, private: kept, keep: privateMap{}}
	if config == nil {
		if state != nil {
			made.diags = r.destruction(ctx, state)
		}
		return made
	}
	plan := *config
	if state != nil { // as Terraform proposes: computed attributes keep their values
		own := plan.Attributes
		plan.Attributes = state.Attributes
		plan.Name, plan.OnConflict, plan.Rotation, plan.TokenEncryption, plan.DeletionProtection = own.Name, own.OnConflict, own.Rotation, own.TokenEncryption, own.DeletionProtection
		if !own.Enabled.IsNull() {
			plan.Enabled = own.Enabled
		}
	} else if plan.Enabled.IsNull() {
		plan.Enabled = types.BoolUnknown()
	}
	made.diags = r.plan(ctx, config, state, &plan, kept, made.keep)
	made.plan = &plan
	return made
}

// apply applies a plan as Terraform does: in another process, which plans once more.
func (w *workspace) apply(ctx context.Context, saved savedPlan) (diags diag.Diagnostics, contradicts error) {
	_, r := w.process()
	if saved.config == nil {
		if saved.prior == nil {
			return nil, nil
		}
		state := *saved.prior
		r.revokeEvery(ctx, &state, func(_ context.Context, m *model) diag.Diagnostics { w.state = new(*m); return nil }, &diags)
		if !diags.HasError() {
			w.state, w.private = nil, nil
		}
		return diags, nil
	}
	prior, kept := saved.prior, saved.private
	again := w.planWith(ctx, r, saved.config, prior, kept)
	if again.diags.HasError() {
		return again.diags, nil
	}
	if err := consistent(saved.plan, again.plan); err != nil {
		return nil, fmt.Errorf("inconsistent final plan: %w", err)
	}
	plan := *again.plan
	var made *model
	save := func(_ context.Context, m *model) diag.Diagnostics { made = new(*m); return nil }
	if prior == nil {
		if r.first(ctx, &plan, &diags) {
			made = &plan
		}
	} else {
		state := *prior
		decided, _ := load[decision](ctx, again.keep, decisionKey)
		seen, _ := observed(ctx, kept, prior.ID.ValueString())
		if reflect.DeepEqual(*prior, *again.plan) {
			return nil, nil // a no-op
		}
		r.apply(ctx, &state, plan, decided, seen, save, &diags)
	}
	if made != nil {
		w.state = made
		w.private = privateMap{}
	}
	if !diags.HasError() {
		if err := consistent(again.plan, made); err != nil {
			return nil, fmt.Errorf("inconsistent result: %w", err)
		}
	}
	return diags, nil
}

// consistent says where a value that a plan knows is another one afterwards, which
// Terraform calls a bug in the provider.
func consistent(planned, made *model) error {
	if made == nil {
		return errors.New("nothing was made")
	}
	before, after := reflect.ValueOf(planned.Attributes), reflect.ValueOf(made.Attributes)
	for i := range before.NumField() {
		was, okWas := before.Field(i).Interface().(attr.Value)
		is, okIs := after.Field(i).Interface().(attr.Value)
		if !okWas || !okIs || !agrees(was, is) {
			return fmt.Errorf("%s is planned as %v and becomes %v", before.Type().Field(i).Name, was, is)
		}
	}
	return nil
}

func agrees(was, is attr.Value) bool {
	if was.IsUnknown() {
		return true
	}
	object, ok := was.(types.Object)
	if !ok || was.IsNull() || is.IsNull() {
		return was.Equal(is)
	}
	other, ok := is.(types.Object)
	for name, value := range object.Attributes() {
		ok = ok && agrees(value, other.Attributes()[name])
	}
	return ok
}
