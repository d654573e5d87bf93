package doctor

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

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
