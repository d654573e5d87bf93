package cli_test

import (
	"context"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

// says stands for a program that answers that, and for no other one.
func says(program, answer string) func(context.Context, string, ...string) ([]byte, error) {
	return func(_ context.Context, name string, _ ...string) ([]byte, error) {
		if name != program {
			return nil, exec.ErrNotFound
		}
		return []byte(answer), nil
	}
}

// patient is a stage in a directory of its own, in which everything is well.
func newPatient(t *testing.T) *stage {
	t.Helper()
	t.Chdir(t.TempDir())
	s := newStage(t, sandboxtest.WithDocumentedLimits())
	s.exec = says("terraform", `{"terraform_version":"1.14.2"}`)
	s.write(t, "bin/terraform-provider-keyward", "x")
	check(t, os.Chmod("bin/terraform-provider-keyward", 0o700))
	s.write(t, "terraform.rc", "# dev_overrides { \"keyward/keyward\" = \"/nowhere\" }\nprovider_installation {\n  dev_overrides {\n    \"keyward/keyward\" = \"bin\"\n  }\n  direct {}\n}\n")
	s.env["TF_CLI_CONFIG_FILE"] = "terraform.rc"
	return s
}

func (st *stage) write(t *testing.T, file, content string) {
	t.Helper()
	check(t, os.MkdirAll(filepath.Dir(file), 0o750))
	check(t, os.WriteFile(file, []byte(content), 0o600))
}

func TestDoctorFindsNothing(t *testing.T) {
	s := newPatient(t)
	for _, format := range []string{"table", "json", "csv", "markdown"} {
		s.pass(time.Hour) // the limits are whole again
		code, stdout, stderr := s.keyward(t, "doctor", "-o", format)
		if code != 0 || stderr != "" {
			t.Errorf("exit %d, stderr %q", code, stderr)
		}
		golden(t, "doctor/"+format, stdout)
	}
}

// Each thing that can be wrong is found, and named with its remedy.
func TestDoctorFinds(t *testing.T) {
	for _, c := range []struct {
		name   string
		code   int
		change func(t *testing.T, s *stage)
		want   []string
	}{
		{"no credentials", 1, func(_ *testing.T, s *stage) {
			delete(s.env, "COREBILL_API_KEY")
			delete(s.env, "BILLIUM_API_KEY")
		}, []string{"there is no credential: set COREBILL_API_KEY", "keyward sandbox env"}},
		{"exchanged keys", 1, func(_ *testing.T, s *stage) {
			s.env["COREBILL_API_KEY"], s.env["BILLIUM_API_KEY"] = s.env["BILLIUM_API_KEY"], s.env["COREBILL_API_KEY"]
		}, []string{"the Corebill API key looks like a Billium key", "are COREBILL_API_KEY and BILLIUM_API_KEY", "1 problem found."}},
		{"half a key", 1, func(_ *testing.T, s *stage) {
			s.env["COREBILL_API_KEY"], s.env["BILLIUM_API_KEY"] = "sk_l", s.env["BILLIUM_API_KEY"][:20]
		}, []string{"is not a valid Corebill key", "is not a valid Billium key", "Copy the whole token again"}},
		{"a public key", 1, func(t *testing.T, s *stage) { s.env["BILLIUM_API_KEY"] = s.BilliumPublicKey(t) }, []string{"is a public key (pk_…)", "lacks team:view"}},
		{"a lesser key", 0, func(t *testing.T, s *stage) {
			s.env["BILLIUM_API_KEY"] = s.BilliumKeyAs(t, "MEMBER")
			s.env["COREBILL_API_KEY"] = s.CorebillKey(t, s.SecondCompanyID, "read")
			delete(s.env, "COREBILL_COMPANY_ID")
		}, []string{"(MEMBER) lacks team:invite", "is of level read"}},
		{"a key of one company", 1, func(t *testing.T, s *stage) {
			s.env["COREBILL_API_KEY"] = s.CorebillKey(t, s.SecondCompanyID, "admin")
		}, []string{"the key is of one company alone", "the key doesn't reach COREBILL_COMPANY_ID"}},
		{"wrong ids", 1, func(_ *testing.T, s *stage) {
			s.env["COREBILL_COMPANY_ID"], s.env["BILLIUM_MERCHANT_ID"] = "my-agency", "mer_1"
		},
			[]string{"is not the id of a company", "is not the id of a merchant"}},
		{"another's merchant", 1, func(_ *testing.T, s *stage) { s.env["BILLIUM_MERCHANT_ID"] = "mer_" + strings.Repeat("0", 32) },
			[]string{"403 Forbidden", "check the id"}},
		{"a base URL that is elsewhere", 1, func(_ *testing.T, s *stage) { s.env["COREBILL_BASE_URL"] = s.URL + "/nowhere" }, []string{"Check the base URL, http://127.0.0.1:1/nowhere"}},
		{"a base URL of the other platform", 1, func(_ *testing.T, s *stage) { s.env["BILLIUM_BASE_URL"] = s.env["COREBILL_BASE_URL"] },
			[]string{"is not Billium's", "Check the base URL, http://127.0.0.1:1/corebill"}},
		{"no one there", 1, func(_ *testing.T, s *stage) { s.env["COREBILL_BASE_URL"] = "http://127.0.0.1:1" }, []string{"no connection", "HTTPS_PROXY"}},
		{"clock a little ahead", 0, func(_ *testing.T, s *stage) { late(s, -time.Minute) }, []string{"warning", "this machine is 1m0s ahead of the platform"}},
		{"clock far behind", 1, func(_ *testing.T, s *stage) { late(s, time.Hour) }, []string{"this machine is 1h0m0s behind the platform", "NTP", "what is due by the platform's clock"}},
		{"few requests left", 0, func(t *testing.T, s *stage) {
			for range 45 {
				s.CallBillium(t, s.env["BILLIUM_API_KEY"], "GET", "/api-keys/current", nil)
			}
		}, []string{"requests are left", "keyward logs --since 10m"}},
		{"no Terraform", 0, func(_ *testing.T, s *stage) { s.exec = says("none", "") }, []string{"neither terraform nor tofu is on PATH"}},
		{"OpenTofu", 0, func(_ *testing.T, s *stage) { s.exec = says("tofu", `{"terraform_version":"1.10.0"}`) }, []string{"tofu 1.10.0"}},
		{"an old Terraform", 1, func(_ *testing.T, s *stage) { s.exec = says("terraform", `{"terraform_version":"1.5.7"}`) }, []string{"terraform 1.5.7 is too old"}},
		{"an older Terraform", 0, func(_ *testing.T, s *stage) { s.exec = says("terraform", `{"terraform_version":"1.11.0"}`) }, []string{"actions and terraform query need 1.14"}},
		{"another terraform", 1, func(_ *testing.T, s *stage) { s.exec = says("terraform", `hello`) }, []string{"doesn't answer in JSON"}},
		{"a terraform without version", 1, func(_ *testing.T, s *stage) { s.exec = says("terraform", `{}`) }, []string{`says that its version is ""`}},
		{"a broken terraform", 1, func(_ *testing.T, s *stage) {
			s.exec = func(context.Context, string, ...string) ([]byte, error) { return nil, errors.New("exit status 1") }
		}, []string{"terraform version failed: exit status 1"}},
		{"no such CLI configuration", 0, func(_ *testing.T, s *stage) { s.env["TF_CLI_CONFIG_FILE"] = "none.rc" }, []string{"TF_CLI_CONFIG_FILE names a file that can't be read"}},
		{"dev_overrides without a build", 1, func(t *testing.T, _ *stage) { check(t, os.Remove("bin/terraform-provider-keyward")) }, []string{"has no terraform-provider-keyward", "make build"}},
		{"a build that doesn't run", 1, func(t *testing.T, _ *stage) { check(t, os.Chmod("bin/terraform-provider-keyward", 0o600)) }, []string{"is not a program"}},
		{"nothing says where the provider is", 0, func(_ *testing.T, s *stage) { delete(s.env, "TF_CLI_CONFIG_FILE") }, []string{"this directory is not initialized", "Getting started"}},
		{"a directory that is initialized", 0, func(t *testing.T, s *stage) {
			s.env["TF_CLI_CONFIG_FILE"] = ""
			s.write(t, ".terraform.lock.hcl", "provider \"registry.terraform.io/keyward/keyward\" {\n  version = \"0.3.0\"\n}\n")
		}, []string{"keyward/keyward 0.3.0, by this directory's lock file"}},
		{"a directory with other providers", 0, func(t *testing.T, s *stage) {
			s.env["TF_CLI_CONFIG_FILE"], s.env["HOME"] = "", "home"
			s.write(t, ".terraform.lock.hcl", "provider \"registry.terraform.io/hashicorp/random\" {}\n")
			s.write(t, "home/.terraformrc", "plugin_cache_dir = \"x\"\n")
		}, []string{"was initialized without keyward/keyward"}},
		{"a network mirror", 0, func(t *testing.T, s *stage) {
			s.write(t, "terraform.rc", "provider_installation {\n  network_mirror {\n    url = \"https://mirror.example/\"\n  }\n}\n")
		}, []string{"comes from the network mirror https://mirror.example/"}},
		{"an empty mirror", 0, func(t *testing.T, s *stage) {
			s.write(t, "terraform.rc", "provider_installation {\n  filesystem_mirror {\n    path = \"mirror\"\n  }\n}\n")
		}, []string{"the filesystem mirror mirror has no keyward/keyward"}},
		{"a mirror", 0, func(t *testing.T, s *stage) {
			s.write(t, "terraform.rc", "provider_installation {\n  filesystem_mirror {\n    path = \"mirror\"\n  }\n}\n")
			s.write(t, "mirror/registry.terraform.io/keyward/keyward/index.json", "{}")
		}, []string{"comes from the filesystem mirror mirror"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newPatient(t)
			c.change(t, s)
			code, stdout, stderr := s.keyward(t, "doctor")
			if code != c.code {
				t.Errorf("exit %d", code)
			}
			for _, want := range c.want {
				if !strings.Contains(stdout+stderr, want) {
					t.Errorf("it doesn't say %q:\n%s%s", want, stdout, stderr)
				}
			}
		})
	}
}

// late has the platforms' clocks differ from this machine's.
func late(s *stage, by time.Duration) {
	s.Intercept(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(dated{w, s.clock().Add(by)}, r)
		})
	})
}

// dated answers with another date.
type dated struct {
	http.ResponseWriter
	at time.Time
}

func (d dated) WriteHeader(status int) {
	d.Header().Set("Date", d.at.UTC().Format(http.TimeFormat))
	d.ResponseWriter.WriteHeader(status)
}
