package tfstate_test

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/keyward/terraform-provider-keyward/internal/tfstate"
)

const (
	file = `{"version":4,"lineage":"a","resources":[
		{"mode":"data","type":"keyward_billium_webhook","name":"read","instances":[{"attributes":{"id":"wh_1","retry_count":1}}]},
		{"mode":"managed","type":"keyward_billium_webhook","name":"one","instances":[{"attributes":{"id":"wh_2","retry_count":2}},{"deposed":"0a","attributes":{"id":"wh_3","retry_count":3}}]},
		{"module":"module.m[\"x\"]","mode":"managed","type":"keyward_billium_webhook","name":"many","instances":[
			{"index_key":0,"attributes":{"id":"wh_4","retry_count":4}},{"index_key":"a b","status":"tainted","attributes":{"id":"wh_5","retry_count":5}},{"index_key":null,"attributes":{"id":"wh_6","retry_count":6}}]}]}`
	shown = `{"format_version":"1.0","terraform_version":"1.11.4","values":{"root_module":{"resources":[
		{"address":"data.keyward_billium_webhook.read","mode":"data","type":"keyward_billium_webhook","values":{"id":"wh_1","retry_count":1}},
		{"address":"keyward_billium_webhook.one","mode":"managed","type":"keyward_billium_webhook","values":{"id":"wh_2","retry_count":2}},
		{"address":"keyward_billium_webhook.one","mode":"managed","type":"keyward_billium_webhook","deposed_key":"0a","values":{"id":"wh_3","retry_count":3}}],
		"child_modules":[{"address":"module.m[\"x\"]","resources":[
			{"address":"module.m[\"x\"].keyward_billium_webhook.many[0]","mode":"managed","type":"keyward_billium_webhook","values":{"id":"wh_4","retry_count":4}},
			{"address":"module.m[\"x\"].keyward_billium_webhook.many[\"a b\"]","mode":"managed","type":"keyward_billium_webhook","tainted":true,"values":{"id":"wh_5","retry_count":5}},
			{"address":"module.m[\"x\"].keyward_billium_webhook.many","mode":"managed","type":"keyward_billium_webhook","values":{"id":"wh_6","retry_count":6}}]}]}}}`
)

// lines are resources as text, to compare.
func lines(resources []tfstate.Resource) (all []string) {
	for _, r := range resources {
		all = append(all, fmt.Sprintf("%s: %d %s %s %s %v %v", r.File, *r.RetryCount, r.Address, r.Type, r.Platform, r.Tainted, r.Deposed))
	}
	return all
}

// The same state reads the same in each form, and several may follow one another.
func TestState(t *testing.T) {
	var want []string
	for _, r := range []string{
		"2 %s.one %[1]s billium false false", "3 %s.one %[1]s billium false true", `4 module.m["x"].%s.many[0] %[1]s billium false false`,
		`5 module.m["x"].%s.many["a b"] %[1]s billium true false`, `6 module.m["x"].%s.many %[1]s billium false false`,
	} {
		want = append(want, "states: "+fmt.Sprintf(r, "keyward_billium_webhook"))
	}
	plan := `{"format_version":"1.2","planned_values":{"root_module":{}},"prior_state":` + shown + `}`
	found, err := tfstate.Parse("states", []byte(file+shown+"\n"+plan))
	if err != nil || len(found) != 3 {
		t.Fatalf("%d documents, error %v", len(found), err)
	}
	for i, kind := range []tfstate.Kind{tfstate.State, tfstate.State, tfstate.Plan} {
		got := lines(found[i].State)
		if found[i].Kind != kind || !slices.Equal(got, want) {
			t.Errorf("%d: a %s with\n%s", i, found[i].Kind, strings.Join(got, "\n"))
		}
	}
}

func TestPlan(t *testing.T) {
	change := `[{"address":"keyward_billium_webhook.a","mode":"managed","type":"keyward_billium_webhook","change":{"actions":["update"],"before":{"id":"wh_1","retry_count":1},"after":{"id":"wh_2","retry_count":2},"after_unknown":{"id":true}}}]`
	found, err := tfstate.Parse("file", []byte(`{"format_version":"1.2","errored":false,"planned_values":{"root_module":{"child_modules":[{"resources":[
		{"address":"keyward_billium_webhook.a","mode":"managed","type":"keyward_billium_webhook","values":{"id":"wh_2","retry_count":2}}]}]}},"resource_changes":`+change+`,"resource_drift":`+change+`}`))
	if err != nil {
		t.Fatal(err)
	}
	plan := found[0]
	if plan.Kind != tfstate.Plan || plan.State != nil || len(plan.Planned) != 1 || plan.Planned[0].Address != "keyward_billium_webhook.a" || len(plan.Changes) != 1 || len(plan.Drift) != 1 {
		t.Fatalf("it is %+v", plan)
	}
	c := plan.Changes[0]
	v, err := c.Values()
	if err != nil || c.Address != "keyward_billium_webhook.a" || !c.Does("update") || c.Does("create") || v.Before.ID != "wh_1" || *v.After.RetryCount != 2 {
		t.Errorf("its change is %+v with %+v, error %v", c, v, err)
	}
	if !v.IsUnknown("id") || v.IsUnknown("retry_count") {
		t.Errorf("unknown are %s", v.Unknown)
	}
}

// What has nothing is no error.
func TestNothing(t *testing.T) {
	for name, text := range map[string]string{
		"a state that was never applied": `{"format_version":"1.0"}`,
		"an emptied state":               `{"format_version":"1.0","terraform_version":"1.11.4","values":{"root_module":{}}}`,
		"a state with checks":            `{"format_version":"1.0","terraform_version":"1.11.4","checks":[]}`,
		"a state with what is to come":   `{"format_version":"1.9","values":{},"more":1}`,
		"an emptied file":                `{"version":4,"terraform_version":"1.11.4","serial":3,"lineage":"a","outputs":{},"resources":[],"check_results":null}`,
		"a plan that starts anew":        `{"format_version":"1.2","planned_values":{"root_module":{}},"configuration":{}}`,
	} {
		t.Run(name, func(t *testing.T) {
			if found, err := tfstate.Parse("file", []byte(text)); err != nil || len(found) != 1 || found[0].State != nil || found[0].Planned != nil {
				t.Errorf("%+v, error %v", found, err)
			}
		})
	}
}

// What is no state is an error, and never taken for one that has nothing.
func TestNoState(t *testing.T) {
	state := shown
	for _, test := range []struct{ name, text, want string }{
		{"nothing", "", "it is empty"},
		{"space", " \n", "it is empty"},
		{"no JSON", "# keyward_corebill_api_key.a:", "it is not JSON"},
		{"a saved plan", "PK\x03\x04\x14", "it is a saved plan as Terraform keeps it: write it as JSON with `terraform show -json PLAN > plan.json`"},
		{"terraform plan -json", `{"@level":"info"}` + "\n" + `{"@level":"info"}`, "it is what `terraform plan -json` prints"},
		{"a list", "[]", "it is no JSON object"},
		{"null", "null", "neither a Terraform state"},
		{"an empty object", "{}", "neither a Terraform state"},
		{"terraform output", `{"token":{"sensitive":true,"type":"string","value":"x"}}`, "neither a Terraform state"},
		{"terraform version", `{"terraform_version":"1.11.4","platform":"linux_amd64"}`, "neither a Terraform state"},
		{"terraform validate", `{"format_version":"1.0","valid":true,"error_count":0}`, "it has error_count, valid"},
		{"terraform providers schema", `{"format_version":"1.0","provider_schemas":{}}`, "it has provider_schemas"},
		{"a note of the backend", `{"version":3,"serial":1,"lineage":"a","backend":{}}`, "it is of version 3, and only 4 is known"},
		{"an encrypted state", `{"serial":1,"lineage":"a","meta":{},"encrypted_data":"x","encryption_version":"v0"}`, "it is encrypted; `tofu show -json` reads it"},
		{"a state of the future", `{"format_version":"2.0","values":{}}`, `its format has version "2.0", and only 1 is known`},
		{"a plan of the future", `{"format_version":"2.0","planned_values":{}}`, `its format has version "2.0"`},
		{"resources of another kind", `{"version":4,"lineage":"a","resources":{}}`, "neither a Terraform state"},
		{"a plan with a prior state of the future", `{"format_version":"1.2","planned_values":{},"prior_state":{"format_version":"2.0"}}`, `its format has version "2.0"`},
		{"a state cut off", state[:len(state)/2], "it is not JSON: unexpected EOF"},
		{"a second document cut off", state + state[:40], "it is not JSON: unexpected EOF"},
		{"a second document that is no state", state + "{}", "neither a Terraform state"},
	} {
		t.Run(test.name, func(t *testing.T) {
			found, err := tfstate.Parse("file", []byte(test.text))
			if !errors.Is(err, tfstate.ErrUnknown) || found != nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%d documents, error %v, want %q", len(found), err, test.want)
			}
		})
	}
}

// A plan that failed is one, but lacks what it failed for.
func TestPlanThatFailed(t *testing.T) {
	found, err := tfstate.Parse("file", []byte(`{"format_version":"1.2","planned_values":{},"errored":true}`))
	if err == nil || found != nil || !strings.Contains(err.Error(), "the plan ended with an error and is not complete") {
		t.Errorf("%d documents, error %v", len(found), err)
	}
}

// Of changes, those to other providers' resources and to data sources are left out;
// those to types of a later provider are not.
func TestChangesAreKeywards(t *testing.T) {
	found, err := tfstate.Parse("file", []byte(`{"format_version":"1.2","planned_values":{},"resource_changes":[
		{"address":"aws_instance.a","mode":"managed","type":"aws_instance","change":{"actions":["create"]}},
		{"address":"data.keyward_x_y.a","mode":"data","type":"keyward_x_y","change":{"actions":["read"]}},
		{"address":"keyward_x_y.a","mode":"managed","type":"keyward_x_y","change":{"actions":["create"],"after":{"id":1}}}]}`))
	if err != nil || len(found[0].Changes) != 1 || found[0].Changes[0].Address != "keyward_x_y.a" {
		t.Errorf("%+v, error %v", found, err)
	}
}

func TestBlocks(t *testing.T) {
	found, err := tfstate.Parse("file", []byte(`{"format_version":"1.2","planned_values":{},"configuration":{"root_module":{
		"resources":[{"address":"keyward_billium_webhook.bare","mode":"managed"}],
		"module_calls":{"m":{"module":{"resources":[{"address":"keyward_billium_api_key.a","mode":"managed","expressions":{
			"permission_set_id":{"references":["keyward_billium_permission_set.s[0].id","keyward_billium_permission_set.s","var.x"]},
			"name":{"constant_value":"a"},"rotation":[{"overlap":{}}]}}]}}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	b, ok := found[0].Block(`module.m["x.y"].keyward_billium_api_key.a[0]`)
	if !ok || fmt.Sprint(b) != "{[name permission_set_id rotation] map[permission_set_id:[module.m.keyward_billium_permission_set.s]]}" {
		t.Errorf("%v, %v", ok, b)
	}
	if b, ok := found[0].Block("keyward_billium_webhook.bare"); !ok || b.Configured == nil || len(b.Configured) != 0 {
		t.Errorf("%v, %+v", ok, b)
	}
	if _, ok := found[0].Block("keyward_billium_webhook.none"); ok {
		t.Error("it has a block that is not there")
	}
}

// What a shell makes of the output of terraform show reads the same. Windows
// PowerShell's > writes UTF-16 with a byte order mark and CR LF.
func TestEncodings(t *testing.T) {
	text := strings.ReplaceAll(strings.Replace(shown, `"1.11.4"`, `"Zürich 🔑"`, 1), "\n", "\r\n")
	for name, bytes := range map[string][]byte{
		"UTF-8":                 []byte(text),
		"UTF-8 with a mark":     append([]byte{0xEF, 0xBB, 0xBF}, text...),
		"UTF-16, little endian": utf16Of(text, binary.LittleEndian),
		"UTF-16, big endian":    utf16Of(text, binary.BigEndian),
	} {
		t.Run(name, func(t *testing.T) {
			found, err := tfstate.Parse("file", bytes)
			if err != nil || len(found) != 1 || len(found[0].State) != 5 {
				t.Fatalf("%+v, error %v", found, err)
			}
			// What is cut off is no state in any of them.
			for _, cut := range []int{len(bytes) - 1, len(bytes) / 2, 4} {
				if found, err := tfstate.Parse("file", bytes[:cut]); !errors.Is(err, tfstate.ErrUnknown) || found != nil {
					t.Errorf("of its first %d bytes: %+v, error %v", cut, found, err)
				}
			}
		})
	}
	if got := utf16Of("ü\n", binary.LittleEndian); !slices.Equal(got, []byte{0xFF, 0xFE, 0xFC, 0x00, 0x0A, 0x00}) {
		t.Errorf("the test writes % x", got)
	}
	for name, empty := range map[string][]byte{"UTF-8": {0xEF, 0xBB, 0xBF}, "UTF-16": {0xFF, 0xFE}, "CR LF": utf16Of("\r\n", binary.LittleEndian)} {
		if _, err := tfstate.Parse("file", empty); err == nil || !strings.Contains(err.Error(), "it is empty") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// utf16Of is a text in UTF-16 with a byte order mark.
func utf16Of(text string, order binary.AppendByteOrder) []byte {
	out := order.AppendUint16(nil, 0xFEFF)
	for _, unit := range utf16.Encode([]rune(text)) {
		out = order.AppendUint16(out, unit)
	}
	return out
}

// A plan is handed out whole, whatever encoding it was in.
func TestPlanIsKept(t *testing.T) {
	const text = `{"format_version":"1.2","planned_values":{},"name":"ü"}`
	found, err := tfstate.Parse("file", utf16Of(text, binary.LittleEndian))
	if err != nil || !found[0].Complete {
		t.Fatalf("%+v, error %v", found, err)
	}
	if plan, tokens, err := found[0].Concealed(); err != nil || fmt.Sprint(plan, tokens) != "map[format_version:1.2 name:ü planned_values:map[]] []" {
		t.Errorf("%v with tokens at %v, error %v", plan, tokens, err)
	}
	if found, err = tfstate.Parse("file", []byte(strings.Replace(text, `"name":"ü"`, `"complete":false`, 1))); err != nil || found[0].Complete {
		t.Errorf("%+v, error %v", found, err)
	}
}

// Of a token nothing is kept but that there is one, and no error repeats it.
func TestTokensAreNotKept(t *testing.T) {
	secret := "sk_live_01" + strings.Repeat("aB3", 13)
	state := func(values string) []byte {
		return []byte(`{"format_version":"1.0","values":{"root_module":{"resources":[{"address":"a.b","mode":"managed","type":"keyward_corebill_api_key","values":` + values + `}]}}}`)
	}
	found, err := tfstate.Parse("file", state(`{"id":"key_1","token":"`+secret+`"}`))
	if err != nil || !found[0].State[0].HasToken {
		t.Fatalf("%+v, error %v", found, err)
	}
	if kept, err := json.Marshal(found); err != nil || strings.Contains(string(kept)+fmt.Sprintf("%+v", found), secret) {
		t.Errorf("error %v, it keeps %s", err, kept)
	}
	if found, err = tfstate.Parse("file", state(`{"id":"key_1","token":null}`)); err != nil || found[0].State[0].HasToken {
		t.Errorf("%+v, error %v", found, err)
	}
	for _, text := range []string{`{"format_version":"` + secret + `"}`, `{"format_version":"1.0","` + secret + `":1}`, string(state(`{"id":["` + secret + `"]}`)), secret} {
		if _, err := tfstate.Parse("file", []byte(text)); err == nil || strings.Contains(err.Error(), secret[12:]) {
			t.Errorf("%v", err)
		}
	}
}

func TestBadValues(t *testing.T) {
	for _, test := range []struct{ values, want string }{
		{"", "unexpected end of JSON input"}, {`,"values":{"id":1}`, "cannot unmarshal number"},
		{`,"values":{"id":"a","rotation":{"overlap":"soon"}}`, `rotation.overlap: "soon" is not a valid duration`},
		{`,"values":{"id":"a","orphaned":[1]}`, "cannot unmarshal number"}, {`,"values":{"id":"a","rotation":[]}`, "cannot unmarshal array"},
	} {
		_, err := tfstate.Parse("f.json", []byte(`{"format_version":"1.0","values":{"root_module":{"resources":[{"address":"a.b","mode":"managed","type":"keyward_corebill_api_key"`+test.values+`}]}}}`))
		if err == nil || !strings.HasPrefix(err.Error(), "f.json: a.b: its values are not in the form that the provider gives them: ") || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", test.values, err)
		}
	}
}

// The scope of an object is its company or merchant, which themselves are their own.
func TestScope(t *testing.T) {
	for resource, want := range map[string]string{
		`"keyward_corebill_webhook","values":{"id":"wh_1","company_id":"com_1"}`:     "corebill com_1",
		`"keyward_corebill_company","values":{"id":"com_1"}`:                         "corebill com_1",
		`"keyward_corebill_api_key","values":{"id":"key_1","company_id":null}`:       "corebill ",
		`"keyward_billium_team_member","values":{"id":"tm_1","merchant_id":"mer_1"}`: "billium mer_1",
		`"keyward_billium_merchant","values":{"id":"mer_1"}`:                         "billium mer_1",
	} {
		found, err := tfstate.Parse("file", []byte(`{"format_version":"1.0","values":{"root_module":{"resources":[{"address":"a.b","mode":"managed","type":`+resource+`}]}}}`))
		if err != nil {
			t.Fatal(err)
		}
		if r := found[0].State[0]; r.Platform+" "+r.Scope != want {
			t.Errorf("%s: %s %q", resource, r.Platform, r.Scope)
		}
	}
}
