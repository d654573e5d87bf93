package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"

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
