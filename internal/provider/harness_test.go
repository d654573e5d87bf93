package provider_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/keyward/terraform-provider-keyward/internal/provider"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
	"github.com/keyward/terraform-provider-keyward/internal/serve"
)

// TestMain picks the terraform to test with: TF_ACC_TERRAFORM_PATH, terraform
// on PATH, or else tofu, which looks for providers at another registry.
func TestMain(m *testing.M) {
	path := os.Getenv("TF_ACC_TERRAFORM_PATH")
	if _, err := exec.LookPath("terraform"); path == "" && err != nil {
		path, _ = exec.LookPath("tofu")
	}
	if strings.HasPrefix(filepath.Base(path), "tofu") {
		setenv("TF_ACC_TERRAFORM_PATH", path)
		setenv("TF_ACC_PROVIDER_HOST", "registry.opentofu.org")
	}
	os.Exit(m.Run())
}

func setenv(name, value string) {
	if err := os.Setenv(name, value); err != nil {
		panic(err)
	}
}

// world is a sandbox and the environment in which the provider runs.
type world struct {
	*sandboxtest.Sandbox
	environment map[string]string
	now         func() time.Time
	// sleep waits before the provider repeats a request; nil for a timer.
	sleep func(context.Context, time.Duration) error
	// patience is how long a plan waits for other resources.
	patience time.Duration
}

// newWorld starts a sandbox; the provider finds its credentials in the
// environment.
func newWorld(t *testing.T, options ...sandboxtest.Option) *world {
	t.Helper()
	requireTerraform(t)
	return startWorld(t, options...)
}

// startWorld is newWorld for tests that call the provider without Terraform.
func startWorld(t *testing.T, options ...sandboxtest.Option) *world {
	t.Helper()
	sandbox := sandboxtest.Start(t, options...)
	corebill, billium := sandbox.Credentials.Corebill, sandbox.Credentials.Billium
	return &world{Sandbox: sandbox, now: time.Now, patience: 2 * time.Second, environment: map[string]string{
		"COREBILL_API_KEY": corebill.APIKey, "COREBILL_COMPANY_ID": corebill.CompanyID, "COREBILL_BASE_URL": corebill.BaseURL,
		"BILLIUM_API_KEY": billium.APIKey, "BILLIUM_MERCHANT_ID": billium.MerchantID, "BILLIUM_BASE_URL": billium.BaseURL,
	}}
}

// clock is real time and what a test has let pass beyond it.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

// advance returns a step's PreConfig that lets time pass.
func (c *clock) advance(d time.Duration) func() {
	return func() { c.ahead.Add(int64(d)) }
}

// newClockedWorld is newWorld with a clock that the sandbox and the provider
// share.
func newClockedWorld(t *testing.T, options ...sandboxtest.Option) (*world, *clock) {
	t.Helper()
	var c clock
	w := newWorld(t, append(options, sandboxtest.WithClock(c.now))...)
	w.now = c.now
	return w, &c
}

// with returns the same sandbox under another environment: each pair is a
// variable and its value.
func (w *world) with(pairs ...string) *world {
	other := &world{Sandbox: w.Sandbox, now: w.now, sleep: w.sleep, patience: w.patience, environment: maps.Clone(w.environment)}
	for i := 0; i < len(pairs); i += 2 {
		other.environment[pairs[i]] = pairs[i+1]
	}
	return other
}

func requireTerraform(t *testing.T) {
	t.Helper()
	if os.Getenv("TF_ACC_TERRAFORM_PATH") != "" {
		return
	}
	if _, err := exec.LookPath("terraform"); err != nil {
		t.Skip("SKIPPED: neither terraform nor tofu is on PATH; no acceptance test can run")
	}
}

// providers serves the provider in process.
func (w *world) providers() map[string]func() (tfprotov6.ProviderServer, error) {
	getenv := func(name string) string { return w.environment[name] }
	return map[string]func() (tfprotov6.ProviderServer, error){
		"keyward": func() (tfprotov6.ProviderServer, error) {
			return serve.Server(provider.New(provider.Options{Version: "test", Getenv: getenv, Now: w.now, Sleep: w.sleep, Patience: w.patience})()), nil
		},
	}
}

// run applies the steps with the real terraform, and destroys at the end.
func (w *world) run(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	resource.UnitTest(t, resource.TestCase{ProtoV6ProviderFactories: w.providers(), Steps: steps})
}

// serverSees runs a check of the sandbox's own state after an apply.
func serverSees(check func() error) statecheck.StateCheck { return serverCheck(check) }

type serverCheck func() error

func (c serverCheck) CheckState(_ context.Context, _ statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	resp.Error = c()
}

// preApply are plan checks of a step that changes something.
func preApply(checks ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: checks}
}

// emptyPlan is a step that finds nothing to do. Every other step ends with two plans that
// must be empty, so this is for a configuration or a world that has changed since.
func emptyPlan(config string) resource.TestStep {
	return resource.TestStep{Config: config, PlanOnly: true}
}

// says matches a text in a diagnostic, however Terraform wraps its lines.
func says(text string) *regexp.Regexp {
	words := strings.Fields(text)
	for i, word := range words {
		words[i] = regexp.QuoteMeta(word)
	}
	return regexp.MustCompile(strings.Join(words, `[\s│]+`))
}

// saysAnyCase is says, whether the text starts a sentence or not.
func saysAnyCase(text string) *regexp.Regexp { return regexp.MustCompile("(?i)" + says(text).String()) }

// liveCorebill returns the live keys of a name.
func (w *world) liveCorebill(t *testing.T, name string) []sandboxtest.CorebillKey {
	t.Helper()
	var live []sandboxtest.CorebillKey
	for _, key := range w.CorebillKeys(t) {
		if key.Name == name && key.RevokedAt == nil {
			live = append(live, key)
		}
	}
	return live
}

// liveBillium returns the live keys of a name.
func (w *world) liveBillium(t *testing.T, name string) []sandboxtest.BilliumKey {
	t.Helper()
	var live []sandboxtest.BilliumKey
	for _, key := range w.BilliumKeys(t) {
		if key.Name == name && key.RevokedAt == nil {
			live = append(live, key)
		}
	}
	return live
}

// writes returns the requests that changed something, as "METHOD /path".
func (w *world) writes() []string {
	var out []string
	for _, request := range w.Requests() {
		if request.Method != "GET" {
			path, _, _ := strings.Cut(request.Path, "?")
			out = append(out, request.Method+" "+path)
		}
	}
	return out
}

// exactly wants n of something.
func exactly(n, got int, what string) error {
	if n != got {
		return fmt.Errorf("there are %d %s, want %d", got, what, n)
	}
	return nil
}

// all runs checks until one fails.
func all(errs ...error) error { return errors.Join(errs...) }

type (
	keyOfCorebill = sandboxtest.CorebillKey
	keyOfBillium  = sandboxtest.BilliumKey
)

// tokenOf checks a text without ever printing it.
func tokenOf(valid func(string) bool) knownvalue.Check { return secretCheck(valid) }

type secretCheck func(string) bool

func (c secretCheck) CheckValue(value any) error {
	if text, ok := value.(string); !ok || !c(text) {
		return errors.New("it is not in the form of a token or its prefix")
	}
	return nil
}

func (c secretCheck) String() string { return "a token or its prefix" }

// importID returns the import id of a resource in the state.
func (w *world) importID(address, scope string) resource.ImportStateIdFunc {
	return func(state *terraform.State) (string, error) {
		instance, ok := state.RootModule().Resources[address]
		if !ok {
			return "", fmt.Errorf("%s is not in the state", address)
		}
		return scope + "/" + instance.Primary.ID, nil
	}
}
