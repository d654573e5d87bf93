package apikey

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// fakeProvider has the resource of the fake platform alone.
type fakeProvider struct{ process *process }

func (fakeProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "keyward"
}
func (fakeProvider) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}
func (fakeProvider) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}
func (fakeProvider) DataSources(context.Context) []func() datasource.DataSource { return nil }

func (p fakeProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return &fakeResource{New[model](testKind, p.process)} }}
}

type fakeResource struct{ Resource[model, *model] }

func (r *fakeResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: Schema(testKind, map[string]schema.Attribute{
		"scope_id": schema.StringAttribute{Required: true}, "level": schema.StringAttribute{Required: true},
	})}
}

// core calls the resource through the framework, as Terraform does. Each walk has a
// provider process of its own.
type core struct {
	*testing.T
	account *account
	of      tftypes.Object
	// state is the object in the state, with what the provider keeps beside it.
	state   tftypes.Value
	private []byte
	// warnings are those of the last call.
	warnings string
}

func newCore(t *testing.T) *core {
	t.Helper()
	c := &core{T: t, account: newAccount()}
	c.account.add("terraform", "scope_1", "admin", "dashboard")
	schemas, err := c.server().GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	c.want(schemas.Diagnostics, "")
	of, ok := schemas.ResourceSchemas["keyward_fake_api_key"].ValueType().(tftypes.Object)
	if !ok {
		t.Fatal("the schema is no object's")
	}
	c.of = of
	c.state = tftypes.NewValue(c.of, nil)
	return c
}

func (c *core) server() tfprotov6.ProviderServer {
	p := &process{account: c.account, credential: c.account.keys[0].ID}
	p.claims.Patience = time.Nanosecond
	return providerserver.NewProtocol6(fakeProvider{p})()
}

// want wants a call to fail with a text, "" to succeed.
func (c *core) want(diags []*tfprotov6.Diagnostic, says string) {
	c.Helper()
	var failures []string
	c.warnings = ""
	for _, d := range diags {
		text := fmt.Sprintf("%s: %s: %s\n", d.Attribute, d.Summary, d.Detail)
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			failures = append(failures, text)
		} else {
			c.warnings += text
		}
	}
	if (says == "") != (len(failures) == 0) || !strings.Contains(strings.Join(failures, ""), says) {
		c.Fatalf("errors %q, want one that says %q", failures, says)
	}
}

func (c *core) wire(value tftypes.Value) *tfprotov6.DynamicValue {
	c.Helper()
	wired, err := tfprotov6.NewDynamicValue(c.of, value)
	if err != nil {
		c.Fatal(err)
	}
	return &wired
}

func (c *core) unwire(value *tfprotov6.DynamicValue) tftypes.Value {
	c.Helper()
	unwired, err := value.Unmarshal(c.of)
	if err != nil {
		c.Fatal(err)
	}
	return unwired
}

// attributes are those of an object, nil for none.
func (c *core) attributes(object tftypes.Value) (all map[string]tftypes.Value) {
	c.Helper()
	if !object.IsNull() {
		if err := object.As(&all); err != nil {
			c.Fatal(err)
		}
	}
	return all
}

// text is a string attribute of the state.
func (c *core) text(name string) (text string) {
	c.Helper()
	if value := c.attributes(c.state)[name]; !value.IsNull() {
		if err := value.As(&text); err != nil {
			c.Fatal(err)
		}
	}
	return text
}

type attributes map[string]any

// object is a block: strings, or maps of strings for nested ones, in which a value
// that is nil is unknown.
func (c *core) object(of tftypes.Object, set attributes) tftypes.Value {
	c.Helper()
	all := map[string]tftypes.Value{}
	for name, kind := range of.AttributeTypes {
		all[name] = tftypes.NewValue(kind, nil)
		value, ok := set[name]
		if !ok {
			continue
		}
		switch nested := value.(type) {
		case attributes:
			if of, ok := kind.(tftypes.Object); ok {
				all[name] = c.object(of, nested)
				continue
			}
			elements := map[string]tftypes.Value{}
			for key, text := range nested {
				elements[key] = tftypes.NewValue(tftypes.String, text)
			}
			all[name] = tftypes.NewValue(kind, elements)
		case []string:
			var elements []tftypes.Value
			for _, text := range nested {
				elements = append(elements, tftypes.NewValue(tftypes.String, text))
			}
			all[name] = tftypes.NewValue(kind, elements)
		case nil:
			all[name] = tftypes.NewValue(kind, tftypes.UnknownValue)
		default:
			all[name] = tftypes.NewValue(kind, value)
		}
	}
	return tftypes.NewValue(of, all)
}

func key(more attributes) attributes {
	set := attributes{"name": "shop", "scope_id": "scope_1", "level": "read"}
	for name, value := range more {
		set[name] = value
	}
	return set
}

func (c *core) validate(set attributes, says string) {
	c.Helper()
	resp, err := c.server().ValidateResourceConfig(c.Context(), &tfprotov6.ValidateResourceConfigRequest{
		TypeName: "keyward_fake_api_key", Config: c.wire(c.object(c.of, set)),
	})
	if err != nil {
		c.Fatal(err)
	}
	c.want(resp.Diagnostics, says)
}

func (c *core) refresh() {
	c.Helper()
	resp, err := c.server().ReadResource(c.Context(), &tfprotov6.ReadResourceRequest{TypeName: "keyward_fake_api_key", CurrentState: c.wire(c.state), Private: c.private})
	if err != nil {
		c.Fatal(err)
	}
	c.want(resp.Diagnostics, "")
	c.state, c.private = c.unwire(resp.NewState), resp.Private
}

// planned is a plan of a configuration; nil destroys.
type planned struct {
	config, after tftypes.Value
	private       []byte
}

func (c *core) plan(set attributes, says string) (made planned) {
	c.Helper()
	made.config = tftypes.NewValue(c.of, nil)
	proposed := made.config
	if set != nil {
		made.config = c.object(c.of, set)
		merged := c.attributes(made.config)
		for name, value := range c.attributes(c.state) { // what is not set keeps its value
			if merged[name].IsNull() && name != "rotation" && name != "token_encryption" && name != "on_conflict" && name != "deletion_protection" {
				merged[name] = value
			}
		}
		proposed = tftypes.NewValue(c.of, merged)
	}
	resp, err := c.server().PlanResourceChange(c.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: "keyward_fake_api_key", PriorState: c.wire(c.state), PriorPrivate: c.private, Config: c.wire(made.config), ProposedNewState: c.wire(proposed),
	})
	if err != nil {
		c.Fatal(err)
	}
	c.want(resp.Diagnostics, says)
	if says == "" {
		made.after, made.private = c.unwire(resp.PlannedState), resp.PlannedPrivate
	}
	return made
}

func (c *core) apply(p planned, says string) {
	c.Helper()
	resp, err := c.server().ApplyResourceChange(c.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: "keyward_fake_api_key", PriorState: c.wire(c.state), PlannedState: c.wire(p.after), PlannedPrivate: p.private, Config: c.wire(p.config),
	})
	if err != nil {
		c.Fatal(err)
	}
	c.want(resp.Diagnostics, says)
	c.state, c.private = c.unwire(resp.NewState), resp.Private
}

// now applies a configuration, after which nothing is left to do.
func (c *core) now(set attributes) {
	c.Helper()
	c.apply(c.plan(set, ""), "")
	c.refresh()
	if p := c.plan(set, ""); !p.after.Equal(c.state) {
		c.Fatalf("the next plan is not empty: %s", p.after)
	}
}

func trigger(value any, overlap string) attributes {
	return key(attributes{"rotation": attributes{"rotate_when_changed": attributes{"v": value}, "overlap": overlap}})
}

// The whole life of a key, as Terraform sees it.
func TestLifeThroughTheFramework(t *testing.T) {
	t.Parallel()
	c := newCore(t)
	c.now(trigger("1", "24h"))
	first, token := c.text("id"), c.text("token")
	if c.account.use(token, "checkout/1") != nil || c.text("token_fingerprint") == "" {
		t.Fatal("the token in the state does not work")
	}
	renamed := trigger("1", "24h")
	renamed["name"], renamed["enabled"] = "till", true
	c.now(renamed)
	if c.text("id") != first || c.text("token") != token || c.account.key(first).Name != "till" {
		t.Error("a change in place made a new key, or did not change it")
	}
	c.now(trigger("2", "24h"))
	if c.account.key(first).RevokedAt != nil || c.text("token") == token {
		t.Error("a rotation with an overlap revoked the old key, or kept its token")
	}
	c.now(trigger("2", "0s"))
	if c.account.key(first).RevokedAt == nil {
		t.Error("the previous key lives on without an overlap")
	}
	c.apply(c.plan(nil, ""), "")
	if !c.state.IsNull() || len(c.account.live("shop")) != 0 {
		t.Error("a destruction left a key")
	}
}

// A trigger that only the apply knows.
func TestUnknownTriggerThroughTheFramework(t *testing.T) {
	t.Parallel()
	for value, rotates := range map[string]bool{"1": false, "2": true} {
		c := newCore(t)
		c.now(trigger("1", "0s"))
		first := c.text("id")
		undecided := c.plan(trigger(tftypes.UnknownValue, "0s"), "")
		for _, name := range []string{"id", "token", "generation", "revokes", "previous"} {
			if c.attributes(undecided.after)[name].IsKnown() {
				t.Errorf("%s is known while the trigger is not", name)
			}
		}
		c.now(trigger(value, "0s"))
		if rotated := c.text("id") != first; rotated != rotates || (c.account.key(first).RevokedAt != nil) != rotates {
			t.Errorf("trigger %s: rotated: %t", value, rotated)
		}
	}
}

// The state has the ciphertext alone, and other recipients make a new key.
func TestEncryptionThroughTheFramework(t *testing.T) {
	t.Parallel()
	alice, bob := identity(t), identity(t)
	to := func(words ...string) attributes {
		return key(attributes{"token_encryption": attributes{"age_recipients": words}})
	}
	c := newCore(t)
	c.now(to(alice))
	first := c.text("id")
	if c.text("token") != "" || !strings.Contains(c.text("token_encrypted"), "AGE ENCRYPTED FILE") {
		t.Error("the state has the token, or no ciphertext")
	}
	c.now(to(" " + alice))
	if c.text("id") != first {
		t.Error("a space before a recipient rotates the key")
	}
	c.now(to(alice, bob))
	if c.text("id") == first || c.account.key(first).RevokedAt == nil {
		t.Error("a new recipient does not rotate the key")
	}
}

func identity(t *testing.T) string {
	t.Helper()
	made, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return made.Recipient().String()
}

func TestConfigurationsThatAreRefused(t *testing.T) {
	t.Parallel()
	c := newCore(t)
	quantum, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	to := func(words ...string) attributes {
		return key(attributes{"token_encryption": attributes{"age_recipients": words}})
	}
	rotated := func(durations attributes) attributes { return key(attributes{"rotation": durations}) }
	for says, set := range map[string]attributes{
		"asks for the key's rotation":               key(attributes{"name": "shop (rotate)"}),
		"character count must be between 1 and 100": key(attributes{"name": strings.Repeat("x", 101)}),
		`value must be one of: ["error" "allow"]`:   key(attributes{"on_conflict": "adopt"}),
		"must be greater than zero":                 rotated(attributes{"rotate_after": "0s"}),
		"must not be negative":                      rotated(attributes{"overlap": "-1h"}),
		"The key would be due again after 12h":      rotated(attributes{"rotate_after": "12h"}),
		"which is not set: set it too":              rotated(attributes{"max_overlap": "48h"}),
		"max_overlap, 2h, is shorter than overlap":  rotated(attributes{"max_overlap": "2h", "quiet_period": "1h"}),
		"neither an age recipient":                  to("alice"),
		"set must contain at least 1 elements":      to(),
		"the recipients are mixed":                  to(identity(t), quantum.Recipient().String()),
	} {
		c.validate(set, says)
	}
	c.validate(rotated(attributes{"rotate_after": nil, "overlap": nil, "max_overlap": "1h", "quiet_period": nil}), "")
	c.validate(to(identity(t), identity(t)), "")
}
