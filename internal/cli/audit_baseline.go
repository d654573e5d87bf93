package cli

import (
	"fmt"
	"io"
	"os"

	"github.com/keyward/terraform-provider-keyward/internal/audit"
)

// accept writes the baseline file, and accepts its findings in the report.
func (flags *auditFlags) accept(made *audit.Report, old *audit.Baseline, stderr io.Writer) error {
	baseline := audit.NewBaseline(made.Findings, old)
	if err := writeBaseline(flags.writeBaseline, baseline); err != nil {
		return fmt.Errorf("writing the baseline: %w", err)
	}
	made.Unmatched = baseline.Accept(made.Findings, made.Made.Began)
	return say(stderr, "%s accepted in %s: say why in each reason, and until when if not for ever.", count(len(made.Findings), "finding"), flags.writeBaseline)
}

// writeBaseline writes beside the file first, so that a failure leaves the old
// one as it is.
func writeBaseline(name string, baseline audit.Baseline) error {
	next := name + ".new"
	file, err := os.OpenFile(next, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	if err := baseline.Write(file); err != nil {
		_ = file.Close() // the first error says more
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	return os.Rename(next, name)
}
