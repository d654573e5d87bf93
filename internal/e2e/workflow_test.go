//go:build unix

package e2e_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// workflow is what the examples use of GitHub Actions' workflow syntax. What it
// doesn't have is an error: a word that GitHub would not know is found here.
type workflow struct {
	Name string `yaml:"name"`
	On   struct {
		Schedule []struct {
			Cron string `yaml:"cron"`
		} `yaml:"schedule"`
		WorkflowDispatch *struct{} `yaml:"workflow_dispatch"`
	} `yaml:"on"`
	Permissions map[string]string `yaml:"permissions"`
	Concurrency struct {
		Group            string `yaml:"group"`
		CancelInProgress bool   `yaml:"cancel-in-progress"`
	} `yaml:"concurrency"`
	Jobs map[string]struct {
		RunsOn         string            `yaml:"runs-on"`
		TimeoutMinutes int               `yaml:"timeout-minutes"`
		Env            map[string]string `yaml:"env"`
		Steps          []workflowStep    `yaml:"steps"`
	} `yaml:"jobs"`
}

type workflowStep struct {
	Name string         `yaml:"name"`
	If   string         `yaml:"if"`
	Uses string         `yaml:"uses"`
	With map[string]any `yaml:"with"`
	Run  string         `yaml:"run"`
}

// decodeStrictly reads the one document of a YAML file.
func decodeStrictly(t *testing.T, path string, into any) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	decoder.KnownFields(true)
	if err := decoder.Decode(into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	if err := decoder.Decode(&yaml.Node{}); !errors.Is(err, io.EOF) {
		t.Fatalf("%s has a second document: %v", path, err)
	}
}

var (
	cronField  = regexp.MustCompile(`^(\*|\d+(-\d+)?(,\d+(-\d+)?)*)(/\d+)?$`)
	pinned     = regexp.MustCompile(`^[\w-]+/[\w-]+@v\d+$`)
	expression = regexp.MustCompile(`\$\{\{ *(secrets|vars)\.(\w+) *\}\}`)
	installed  = regexp.MustCompile(`go install (\S+)@latest`)
)

func checkCron(t *testing.T, schedule string) {
	t.Helper()
	fields := strings.Fields(schedule)
	for _, field := range fields {
		if !cronField.MatchString(field) {
			t.Errorf("the schedule %q has the field %q", schedule, field)
		}
	}
	if len(fields) != 5 {
		t.Errorf("the schedule %q has %d fields", schedule, len(fields))
	}
}

// checkInstall makes sure that what a script installs is in this module.
func checkInstall(t *testing.T, script string) {
	t.Helper()
	module, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(string(module), "module "), "\n")
	found := installed.FindStringSubmatch(script)
	if found == nil {
		t.Fatalf("nothing is installed by: %s", script)
	}
	folder, ours := strings.CutPrefix(found[1], name+"/")
	if _, err := os.Stat(filepath.Join("../..", folder, "main.go")); !ours || err != nil {
		t.Errorf("%s can't be installed: %v", found[1], err)
	}
}

// readWorkflow reads a workflow and checks what a runner would.
func readWorkflow(t *testing.T, path string) workflow {
	t.Helper()
	var w workflow
	decodeStrictly(t, path, &w)
	if len(w.On.Schedule) == 0 || w.On.WorkflowDispatch == nil || len(w.Jobs) == 0 {
		t.Fatalf("%s has no schedule, can't be started by hand or has no job", path)
	}
	for _, schedule := range w.On.Schedule {
		checkCron(t, schedule.Cron)
	}
	if w.Concurrency.Group == "" || w.Concurrency.CancelInProgress {
		t.Error("two runs can be at work at once, or one is cut off")
	}
	for name, job := range w.Jobs {
		if job.RunsOn == "" || job.TimeoutMinutes == 0 {
			t.Errorf("the job %s has no machine or no end", name)
		}
		for _, step := range job.Steps {
			if (step.Uses == "") == (step.Run == "") || step.Uses != "" && !pinned.MatchString(step.Uses) {
				t.Errorf("the step %+v is none", step)
			}
		}
	}
	return w
}

// runWorkflow does what a runner does: the steps of the jobs one after the other,
// in one folder. The actions, which check out and install, have been done by
// no matter who made the shell. It returns the first exit code that is not 0, and what
// was printed.
func (s *shell) runWorkflow(t *testing.T, w workflow) (code int, said string) {
	t.Helper()
	for _, job := range w.Jobs {
		for _, step := range job.Steps {
			switch {
			case step.Uses != "":
				continue
			case strings.HasPrefix(step.Run, "go install"):
				checkInstall(t, step.Run)
				continue
			case step.If != "" && step.If != "${{ !cancelled() }}":
				t.Fatalf("the condition %q is not known here", step.If)
			case code != 0 && step.If == "":
				continue
			}
			// Source: GitHub's workflow syntax, "jobs.<job_id>.steps[*].shell": bash -e.
			ended := s.exec(t, s.expand(t, job.Env), "bash", "-e", "-c", step.Run)
			said += fmt.Sprintf("$ %s\n%s%s", step.Run, ended.stdout, ended.stderr)
			if code == 0 {
				code = ended.code
			}
		}
	}
	return code, said
}

// expand is a job's environment: secrets and variables have the names of the
// environment's own.
func (s *shell) expand(t *testing.T, env map[string]string) []string {
	t.Helper()
	var set []string
	for name, value := range env {
		if found := expression.FindStringSubmatch(value); found != nil {
			value = s.lookup(t, found[2])
		}
		if strings.Contains(value, "${{") {
			t.Fatalf("%s has an expression that is not known here: %s", name, value)
		}
		set = append(set, name+"="+value)
	}
	return set
}

func (s *shell) lookup(t *testing.T, name string) string {
	t.Helper()
	for _, variable := range s.environment {
		if value, found := strings.CutPrefix(variable, name+"="); found {
			return value
		}
	}
	t.Fatalf("there is no %s", name)
	return ""
}
