package functions_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/functions"
)

const (
	everyView = "merchant:view invoice:view product:view customer:view team:view api_key:view webhook:view checkout:view wallet:view report:view"
	aSlip     = `"invoice:creat" is not a Billium permission. Did you mean "invoice:create"?`
	aNull     = "One of the permissions is null."
)

// call is a call of a function and what must come of it: a value, or an error
// on one of the arguments.
type call struct {
	name      string
	arguments []attr.Value
	want      attr.Value
	wantError string
	argument  int64
}

func TestExpandPermissions(t *testing.T) {
	t.Parallel()
	runCalls(t, functions.NewExpandPermissions(), []call{
		{name: "a permission", arguments: args(list("report:view")), want: list("report:view")},
		{name: "no permissions", arguments: args(list()), want: list()},
		{name: "a domain", arguments: args(list("checkout:*")), want: list("checkout:view", "checkout:edit")},
		{name: "an action", arguments: args(list("*:view")), want: list(strings.Fields(everyView)...)},
		{
			name:      "in the table's order, each once",
			arguments: args(list("wallet:view", "invoice:edit", "checkout:*", "checkout:view")),
			want:      list("invoice:edit", "checkout:view", "checkout:edit", "wallet:view"),
		},
		{name: "a slip", arguments: args(list("report:view", "invoice:creat")), wantError: aSlip},
		{name: "no permission at all", arguments: args(list("banana")), wantError: "Permissions are written <domain>:<action>"},
		{name: "a null", arguments: args(types.ListValueMust(types.StringType, []attr.Value{types.StringNull()})), wantError: aNull},
	})
}

func TestRolePermissions(t *testing.T) {
	t.Parallel()
	runCalls(t, functions.NewRolePermissions(), []call{
		{name: "VIEWER", arguments: args(types.StringValue("VIEWER")), want: list(strings.Fields(everyView)...)},
		{
			name:      "a slip",
			arguments: args(types.StringValue("VIEWERS")),
			wantError: `"VIEWERS" is not a Billium role: it must be one of OWNER, ADMIN, MEMBER, VIEWER. Did you mean "VIEWER"?`,
		},
		{name: "nothing", arguments: args(types.StringValue("")), wantError: "is not a Billium role"},
	})
}

func TestMinimumRole(t *testing.T) {
	t.Parallel()
	runCalls(t, functions.NewMinimumRole(), []call{
		{name: "nothing", arguments: args(set()), want: types.StringValue("VIEWER")},
		{name: "every view", arguments: args(set("*:view")), want: types.StringValue("VIEWER")},
		{name: "a member's", arguments: args(set("invoice:create", "*:view")), want: types.StringValue("MEMBER")},
		{name: "a domain", arguments: args(set("invoice:*")), want: types.StringValue("ADMIN")},
		{name: "the owner's alone", arguments: args(set("merchant:billing")), want: types.StringValue("OWNER")},
		{name: "everything", arguments: args(set("*")), want: types.StringValue("OWNER")},
		{name: "a slip", arguments: args(set("invoice:creat")), wantError: aSlip},
		{name: "a null", arguments: args(types.SetValueMust(types.StringType, []attr.Value{types.StringNull()})), wantError: aNull},
	})
}

func TestPermissionsMissing(t *testing.T) {
	t.Parallel()
	runCalls(t, functions.NewPermissionsMissing(), []call{
		{name: "nothing wanted", arguments: args(set(), set()), want: list()},
		{name: "all held", arguments: args(set("*"), set("invoice:*", "report:view")), want: list()},
		{
			name:      "in the table's order",
			arguments: args(set("*:view"), set("wallet:view", "report:view", "team:invite", "invoice:*")),
			want:      list("invoice:create", "invoice:edit", "invoice:delete", "team:invite"),
		},
		{name: "a slip in what is held", arguments: args(set("invoice:creat"), set("*")), wantError: aSlip},
		{name: "a slip in what is wanted", arguments: args(set("*"), set("invoice:creat")), wantError: aSlip, argument: 1},
	})
}

// runCalls runs each call as the framework would.
func runCalls(t *testing.T, f function.Function, calls []call) {
	t.Helper()
	for _, c := range calls {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			result, err := run(t, f, c.arguments)
			if c.wantError != "" {
				wantArgumentError(t, err, c.argument, c.wantError)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if !result.Equal(c.want) {
				t.Errorf("it is %s, want %s", result, c.want)
			}
		})
	}
}

func run(t *testing.T, f function.Function, arguments []attr.Value) (attr.Value, *function.FuncError) {
	t.Helper()
	var definition function.DefinitionResponse
	f.Definition(t.Context(), function.DefinitionRequest{}, &definition)
	unknown, err := definition.Definition.Return.NewResultData(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	resp := function.RunResponse{Result: unknown}
	f.Run(t.Context(), function.RunRequest{Arguments: function.NewArgumentsData(arguments)}, &resp)
	return resp.Result.Value(), resp.Error
}

func wantArgumentError(t *testing.T, err *function.FuncError, argument int64, text string) {
	t.Helper()
	if err == nil {
		t.Fatal("there is no error")
	}
	if err.FunctionArgument == nil || *err.FunctionArgument != argument {
		t.Errorf("the error is not on argument %d", argument)
	}
	if !strings.Contains(err.Text, text) {
		t.Errorf("the error is %q, want %q in it", err.Text, text)
	}
}

func args(values ...attr.Value) []attr.Value { return values }

func list(words ...string) attr.Value {
	return types.ListValueMust(types.StringType, stringsOf(words))
}

func set(words ...string) attr.Value {
	return types.SetValueMust(types.StringType, stringsOf(words))
}

func stringsOf(words []string) []attr.Value {
	values := make([]attr.Value, len(words))
	for i, word := range words {
		values[i] = types.StringValue(word)
	}
	return values
}
