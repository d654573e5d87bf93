//go:build unix

package e2e_test

import (
	"os"
	"strings"
	"testing"
)

// cronJob is what the example uses of Kubernetes' batch/v1 CronJob. What it
// doesn't have is an error.
type cronJob struct {
	APIVersion string `yaml:"apiVersion"`
	Kind       string `yaml:"kind"`
	Metadata   struct {
		Name string `yaml:"name"`
	} `yaml:"metadata"`
	Spec struct {
		Schedule                string `yaml:"schedule"`
		TimeZone                string `yaml:"timeZone"`
		ConcurrencyPolicy       string `yaml:"concurrencyPolicy"`
		StartingDeadlineSeconds int    `yaml:"startingDeadlineSeconds"`
		FailedJobsHistoryLimit  int    `yaml:"failedJobsHistoryLimit"`
		JobTemplate             struct {
			Spec struct {
				BackoffLimit          int `yaml:"backoffLimit"`
				ActiveDeadlineSeconds int `yaml:"activeDeadlineSeconds"`
				Template              struct {
					Spec pod `yaml:"spec"`
				} `yaml:"template"`
			} `yaml:"spec"`
		} `yaml:"jobTemplate"`
	} `yaml:"spec"`
}

type pod struct {
	RestartPolicy   string         `yaml:"restartPolicy"`
	SecurityContext map[string]any `yaml:"securityContext"`
	Containers      []container    `yaml:"containers"`
	Volumes         []struct {
		Name      string `yaml:"name"`
		ConfigMap *struct {
			Name string `yaml:"name"`
		} `yaml:"configMap"`
		EmptyDir *struct {
			Medium    string `yaml:"medium"`
			SizeLimit string `yaml:"sizeLimit"`
		} `yaml:"emptyDir"`
	} `yaml:"volumes"`
}

type container struct {
	Name       string   `yaml:"name"`
	Image      string   `yaml:"image"`
	WorkingDir string   `yaml:"workingDir"`
	Command    []string `yaml:"command"`
	Args       []string `yaml:"args"`
	Env        []struct {
		Name  string `yaml:"name"`
		Value string `yaml:"value"`
	} `yaml:"env"`
	EnvFrom []struct {
		SecretRef struct {
			Name string `yaml:"name"`
		} `yaml:"secretRef"`
	} `yaml:"envFrom"`
	SecurityContext map[string]any `yaml:"securityContext"`
	VolumeMounts    []struct {
		Name      string `yaml:"name"`
		MountPath string `yaml:"mountPath"`
		ReadOnly  bool   `yaml:"readOnly"`
	} `yaml:"volumeMounts"`
}

// readCronJob reads a CronJob, checks what a cluster would, and returns its
// container.
func readCronJob(t *testing.T, path string) container {
	t.Helper()
	var job cronJob
	decodeStrictly(t, path, &job)
	if job.APIVersion != "batch/v1" || job.Kind != "CronJob" || job.Metadata.Name == "" {
		t.Fatalf("%s is no CronJob", path)
	}
	checkCron(t, job.Spec.Schedule)
	if job.Spec.ConcurrencyPolicy != "Forbid" || job.Spec.TimeZone == "" {
		t.Error("two runs can be at work at once, or it is not said when they are")
	}
	pod := job.Spec.JobTemplate.Spec.Template.Spec
	if pod.RestartPolicy != "Never" || len(pod.Containers) != 1 {
		t.Fatalf("the pod is restarted, or has %d containers", len(pod.Containers))
	}
	one := pod.Containers[0]
	for _, mount := range one.VolumeMounts {
		mounted := false
		for _, volume := range pod.Volumes {
			mounted = mounted || volume.Name == mount.Name && (volume.ConfigMap == nil) != (volume.EmptyDir == nil)
		}
		if !mounted || !strings.HasPrefix(mount.MountPath, "/") {
			t.Errorf("the volume %s can't be mounted", mount.Name)
		}
	}
	if len(one.EnvFrom) != 1 || one.EnvFrom[0].SecretRef.Name == "" || one.Image == "" {
		t.Error("the container has no image or no credentials")
	}
	return one
}

// runContainer does what a cluster does with the container. mounts are the
// folders on this machine, by the name of the volume; the secret's variables are
// in the shell's environment.
func (s *shell) runContainer(t *testing.T, c container, mounts map[string]string) (code int, said string) {
	t.Helper()
	var here []string
	for _, mount := range c.VolumeMounts {
		folder, known := mounts[mount.Name]
		if !known {
			t.Fatalf("the volume %s is not known here", mount.Name)
		}
		here = append(here, mount.MountPath, folder)
	}
	path := strings.NewReplacer(here...)
	var environment []string
	for _, variable := range c.Env {
		environment = append(environment, variable.Name+"="+path.Replace(variable.Value))
	}
	in := *s
	in.dir = path.Replace(c.WorkingDir)
	ended := in.exec(t, environment, c.Command[0], append(c.Command[1:], c.Args...)...)
	return ended.code, ended.stdout + ended.stderr
}

// The image has what the container calls.
func TestImageOfTheCronJob(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("../../examples/ci/Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	checkInstall(t, string(content))
	for _, line := range []string{"COPY --from=keyward /go/bin/keyward /usr/local/bin/keyward\n", "FROM hashicorp/terraform:", "ENTRYPOINT []\n"} {
		if !strings.Contains(string(content), line) {
			t.Errorf("it has no %q", line)
		}
	}
}
