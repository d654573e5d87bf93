package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	version "github.com/hashicorp/go-version"
)

const terraformArea = "terraform"

// What the provider needs of Terraform, and what it makes use of where it is there.
var (
	minVersion         = version.Must(version.NewVersion("1.11.0"))
	recommendedVersion = version.Must(version.NewVersion("1.14.0"))
	platforms          = []string{"terraform", "tofu"}
)

// terraform looks for Terraform, or else OpenTofu.
func (d *doctor) terraform(ctx context.Context) {
	for _, name := range platforms {
		said, err := d.Exec(ctx, name, "version", "-json")
		if errors.Is(err, exec.ErrNotFound) {
			continue
		}
		if err != nil {
			d.problem(terraformArea, "version", name+" version failed: "+err.Error(), "Run "+name+" version -json yourself and fix the error that it prints.")
			return
		}
		d.judgeTerraform(name, said)
		return
	}
	d.warn(terraformArea, "version", "neither terraform nor tofu is on PATH", "keyward itself doesn't need them. To apply, install Terraform 1.11 or newer, or OpenTofu.")
}

func (d *doctor) judgeTerraform(name string, said []byte) {
	var answer struct {
		Version string `json:"terraform_version"`
	}
	if err := json.Unmarshal(said, &answer); err != nil {
		d.problem(terraformArea, "version", name+" version -json doesn't answer in JSON", "Is it Terraform or OpenTofu that is on PATH under that name?")
		return
	}
	found, err := version.NewVersion(answer.Version)
	if err != nil {
		d.problem(terraformArea, "version", fmt.Sprintf("%s says that its version is %q", name, answer.Version), "Is it Terraform or OpenTofu that is on PATH under that name?")
		return
	}
	text := name + " " + found.String()
	switch {
	case name == "tofu":
		d.ok(terraformArea, "version", text)
	case found.Core().LessThan(minVersion):
		d.problem(terraformArea, "version", text+" is too old for the provider", "Install Terraform 1.11 or newer.")
	case found.Core().LessThan(recommendedVersion):
		d.ok(terraformArea, "version", text+"; actions and terraform query need 1.14")
	default:
		d.ok(terraformArea, "version", text)
	}
}

const (
	providerArea = "provider"
	binaryName   = "terraform-provider-keyward"
	howToFind    = "Build it (make build) and name the directory in dev_overrides of a file that TF_CLI_CONFIG_FILE names; the guide \"Getting started\" shows it."
)

// provider looks where Terraform would take the provider from: the CLI's
// configuration, else what this directory was initialized with.
func (d *doctor) provider() {
	if !d.installation(d.cliConfig()) {
		d.locked()
	}
}

// cliConfig reads Terraform's CLI configuration; there may well be none.
func (d *doctor) cliConfig() string {
	file := d.Getenv("TF_CLI_CONFIG_FILE")
	if file == "" {
		if d.Home == "" {
			return ""
		}
		file = filepath.Join(d.Home, ".terraformrc")
	}
	content, err := os.ReadFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist) && d.Getenv("TF_CLI_CONFIG_FILE") == "":
		return ""
	case err != nil:
		d.warn(providerArea, "installation", "TF_CLI_CONFIG_FILE names a file that can't be read: "+err.Error(), "Fix the variable, or unset it. Terraform goes on without the file, and then looks for the provider in the registry.")
		return ""
	}
	return comments.ReplaceAllString(string(content), "")
}

// Terraform's CLI configuration is in an older HCL, whose blocks have quoted
// names in front of =, so that HCL's own parser refuses it. What is needed here
// are single lines.
var (
	comments  = regexp.MustCompile(`(?m)^\s*(#|//).*$`)
	overrides = regexp.MustCompile(`(?s)dev_overrides\s*\{(.*?)\}`)
	override  = regexp.MustCompile(`"((?:[^"/]+/)?keyward/keyward)"\s*=\s*"([^"]*)"`)
	mirror    = regexp.MustCompile(`(?s)(filesystem_mirror|network_mirror)\s*\{.*?(?:path|url)\s*=\s*"([^"]*)"`)
)

// installation judges what the CLI's configuration says of the provider, and
// reports whether it says anything.
func (d *doctor) installation(config string) bool {
	if block := overrides.FindStringSubmatch(config); block != nil {
		if found := override.FindStringSubmatch(block[1]); found != nil {
			d.overridden(found[2])
			return true
		}
	}
	found := mirror.FindStringSubmatch(config)
	if found == nil {
		return false
	}
	kind, where := found[1], found[2]
	if kind == "network_mirror" {
		d.ok(providerArea, "installation", "comes from the network mirror "+where)
		return true
	}
	matches, err := filepath.Glob(filepath.Join(where, "*", "keyward", "keyward"))
	if err != nil || len(matches) == 0 {
		d.warn(providerArea, "installation", "the filesystem mirror "+where+" has no keyward/keyward", "Put it there (terraform providers mirror), or check what else provider_installation allows.")
		return true
	}
	d.ok(providerArea, "installation", "comes from the filesystem mirror "+where)
	return true
}

func (d *doctor) overridden(dir string) {
	path := filepath.Join(dir, binaryName)
	info, err := os.Stat(path)
	switch {
	case err != nil:
		d.problem(providerArea, "installation", "dev_overrides names "+dir+", which has no "+binaryName, "Build it there (make build), or fix the path; it must be absolute.")
	case info.IsDir() || info.Mode()&0o111 == 0:
		d.problem(providerArea, "installation", path+" is not a program", "Build it anew: make build.")
	default:
		d.ok(providerArea, "installation", "dev_overrides takes it from "+dir+"; terraform init is not needed")
	}
}

var lockedVersion = regexp.MustCompile(`(?s)provider\s+"([^"]*/keyward/keyward)"\s*\{.*?version\s*=\s*"([^"]*)"`)

// locked looks at what terraform init noted in this directory.
func (d *doctor) locked() {
	content, err := os.ReadFile(filepath.Join(d.Dir, ".terraform.lock.hcl"))
	if err != nil {
		d.warn(providerArea, "installation", "there are no dev_overrides and no mirror for keyward/keyward, and this directory is not initialized", howToFind)
		return
	}
	found := lockedVersion.FindStringSubmatch(string(content))
	if found == nil {
		d.warn(providerArea, "installation", "this directory was initialized without keyward/keyward", "Declare it in required_providers (source = \"keyward/keyward\"), then terraform init. "+howToFind)
		return
	}
	d.ok(providerArea, "version", strings.TrimPrefix(found[1], "registry.terraform.io/")+" "+found[2]+", by this directory's lock file")
}
