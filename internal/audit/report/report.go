// Package report writes what an audit says, for people and for machines.
package report

import (
	"fmt"
	"io"

	"github.com/keyward/terraform-provider-keyward/internal/audit"
	"github.com/keyward/terraform-provider-keyward/internal/output"
)

// Formats are all of an audit's, the default first.
var Formats = append(append([]output.Format{}, output.Formats...), output.FormatSARIF, output.FormatJUnit, output.FormatHTML)

// Write writes a report. color is for the table alone.
func Write(w io.Writer, format output.Format, r *audit.Report, color bool) error {
	var err error
	switch format {
	case output.FormatTable:
		err = writeTable(w, r, color)
	case output.FormatJSON:
		err = output.JSON(w, newDocument(r))
	case output.FormatCSV:
		err = writeCSV(w, r)
	case output.FormatMarkdown:
		err = writeMarkdown(w, r)
	case output.FormatSARIF:
		err = writeSARIF(w, r)
	case output.FormatJUnit:
		err = writeJUnit(w, r)
	case output.FormatHTML:
		err = writeHTML(w, r)
	default:
		err = fmt.Errorf("there is no such format")
	}
	if err != nil {
		return fmt.Errorf("writing the report as %s: %w", format, err)
	}
	return nil
}
