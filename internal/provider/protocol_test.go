package provider_test

import (
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// protocol calls the provider as Terraform does, without Terraform: for what
// older versions of it don't call, and for runs that don't reach their end.
type protocol struct {
	tfprotov6.ProviderServer

	schemas *tfprotov6.GetProviderSchemaResponse
}

// values are the attributes that a configuration sets.
type values map[string]tftypes.Value

func text(s string) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }

func flag(b bool) tftypes.Value { return tftypes.NewValue(tftypes.Bool, b) }

var unknownText = tftypes.NewValue(tftypes.String, tftypes.UnknownValue)

// protocol serves the provider, configured from the environment.
func (w *world) protocol(t *testing.T) *protocol {
	t.Helper()
	w.patience = time.Nanosecond // no other resource is about to be refreshed
	server, err := w.providers()["keyward"]()
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	p := &protocol{ProviderServer: server, schemas: schemas}
	resp, err := server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.15.0", Config: configuration(t, schemas.Provider, nil),
	})
	if err != nil {
		t.Fatal(err)
	}
	wantNone(t, resp.Diagnostics)
	return p
}

// configuration is a block as Terraform sends it: what is not set is null.
func configuration(t *testing.T, schema *tfprotov6.Schema, set values) *tfprotov6.DynamicValue {
	t.Helper()
	object, ok := schema.ValueType().(tftypes.Object)
	if !ok {
		t.Fatal("the schema is no object's")
	}
	all := map[string]tftypes.Value{}
	for name, attribute := range object.AttributeTypes {
		all[name] = tftypes.NewValue(attribute, nil)
		if value, ok := set[name]; ok {
			all[name] = value
		}
	}
	value, err := tfprotov6.NewDynamicValue(object, tftypes.NewValue(object, all))
	if err != nil {
		t.Fatal(err)
	}
	return &value
}

// opened is an ephemeral resource that was opened.
type opened struct {
	typeName string
	result   map[string]tftypes.Value
	private  []byte
	renewAt  time.Time
	diags    []*tfprotov6.Diagnostic
}

func (p *protocol) open(t *testing.T, typeName string, set values) opened {
	t.Helper()
	schema := p.schemas.EphemeralResourceSchemas[typeName]
	resp, err := p.OpenEphemeralResource(t.Context(), &tfprotov6.OpenEphemeralResourceRequest{
		TypeName: typeName, Config: configuration(t, schema, set),
	})
	if err != nil {
		t.Fatal(err)
	}
	out := opened{typeName: typeName, private: resp.Private, renewAt: resp.RenewAt, diags: resp.Diagnostics}
	if resp.Result != nil {
		value, err := resp.Result.Unmarshal(schema.ValueType())
		if err != nil {
			t.Fatal(err)
		}
		if err := value.As(&out.result); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// text returns a string in the result, "" for null.
func (o opened) text(t *testing.T, attribute string) string {
	t.Helper()
	var out *string
	if err := o.result[attribute].As(&out); err != nil {
		t.Fatal(err)
	}
	if out == nil {
		return ""
	}
	return *out
}

// renew renews an ephemeral resource as Terraform does once it is time.
func (p *protocol) renew(t *testing.T, o *opened) []*tfprotov6.Diagnostic {
	t.Helper()
	resp, err := p.RenewEphemeralResource(t.Context(), &tfprotov6.RenewEphemeralResourceRequest{TypeName: o.typeName, Private: o.private})
	if err != nil {
		t.Fatal(err)
	}
	o.private, o.renewAt = resp.Private, resp.RenewAt
	return resp.Diagnostics
}

func (p *protocol) close(t *testing.T, o opened) []*tfprotov6.Diagnostic {
	t.Helper()
	resp, err := p.CloseEphemeralResource(t.Context(), &tfprotov6.CloseEphemeralResourceRequest{TypeName: o.typeName, Private: o.private})
	if err != nil {
		t.Fatal(err)
	}
	return resp.Diagnostics
}

func (p *protocol) actions(t *testing.T) tfprotov6.ActionServer {
	t.Helper()
	server, ok := p.ProviderServer.(tfprotov6.ActionServer)
	if !ok {
		t.Fatal("the provider has no actions")
	}
	return server
}

// plan validates and plans an action.
func (p *protocol) plan(t *testing.T, typeName string, set values) []*tfprotov6.Diagnostic {
	t.Helper()
	config := configuration(t, p.schemas.ActionSchemas[typeName].Schema, set)
	valid, err := p.actions(t).ValidateActionConfig(t.Context(), &tfprotov6.ValidateActionConfigRequest{ActionType: typeName, Config: config})
	if err != nil {
		t.Fatal(err)
	}
	if len(valid.Diagnostics) > 0 {
		return valid.Diagnostics
	}
	planned, err := p.actions(t).PlanAction(t.Context(), &tfprotov6.PlanActionRequest{
		ActionType: typeName, Config: config, ClientCapabilities: &tfprotov6.PlanActionClientCapabilities{},
	})
	if err != nil {
		t.Fatal(err)
	}
	return planned.Diagnostics
}

// invoke invokes an action and returns its progress and how it ended.
func (p *protocol) invoke(t *testing.T, typeName string, set values) (progress []string, diags []*tfprotov6.Diagnostic) {
	t.Helper()
	config := configuration(t, p.schemas.ActionSchemas[typeName].Schema, set)
	stream, err := p.actions(t).InvokeAction(t.Context(), &tfprotov6.InvokeActionRequest{
		ActionType: typeName, Config: config, ClientCapabilities: &tfprotov6.InvokeActionClientCapabilities{},
	})
	if err != nil {
		t.Fatal(err)
	}
	for event := range stream.Events {
		switch event := event.Type.(type) {
		case tfprotov6.ProgressInvokeActionEventType:
			progress = append(progress, event.Message)
		case tfprotov6.CompletedInvokeActionEventType:
			diags = append(diags, event.Diagnostics...)
		}
	}
	return progress, diags
}

func wantNone(t *testing.T, diags []*tfprotov6.Diagnostic) {
	t.Helper()
	for _, d := range diags {
		t.Errorf("%s: %s: %s", d.Severity, d.Summary, d.Detail)
	}
}

// wantOne wants a single diagnostic that says all of it.
func wantOne(t *testing.T, diags []*tfprotov6.Diagnostic, severity tfprotov6.DiagnosticSeverity, says ...string) {
	t.Helper()
	if len(diags) != 1 || diags[0].Severity != severity {
		wantNone(t, diags)
		t.Fatalf("got %d diagnostics, want one %s", len(diags), severity)
	}
	for _, word := range says {
		if whole := diags[0].Summary + "\n" + diags[0].Detail; !strings.Contains(whole, word) {
			t.Errorf("it does not say %q:\n%s", word, whole)
		}
	}
}
