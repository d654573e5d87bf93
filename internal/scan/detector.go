package scan

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/rs/zerolog"
	"github.com/spf13/viper"
	"github.com/zricethezav/gitleaks/v8/config"
	"github.com/zricethezav/gitleaks/v8/detect"
	"github.com/zricethezav/gitleaks/v8/logging"
	"github.com/zricethezav/gitleaks/v8/sources"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/platform/mask"
	"github.com/keyward/terraform-provider-keyward/rules"
)

// decodings is how many layers of base64, hexadecimal digits and percent signs
// are taken off a token. It is the default of gitleaks itself.
const decodings = 5

// quiet keeps gitleaks from logging, which it does to stderr and, in places, with
// the token in plain.
var quiet = sync.OnceFunc(func() { logging.Logger = zerolog.Nop() })

// newDetector returns gitleaks' engine with our rules, which takes off so many
// layers of encoding. It is safe for parallel use.
func newDetector(layers int, allowComments bool) (*detect.Detector, error) {
	quiet()
	parsed := viper.New()
	parsed.SetConfigType("toml")
	if err := parsed.ReadConfig(strings.NewReader(rules.Gitleaks)); err != nil {
		return nil, fmt.Errorf("reading the rules: %w", err)
	}
	var raw config.ViperConfig
	if err := parsed.Unmarshal(&raw); err != nil {
		return nil, fmt.Errorf("reading the rules: %w", err)
	}
	ready, err := raw.Translate()
	if err != nil {
		return nil, fmt.Errorf("reading the rules: %w", err)
	}
	detector := detect.NewDetector(ready)
	detector.MaxDecodeDepth = layers
	detector.IgnoreGitleaksAllow = !allowComments
	return detector, nil
}

// piece is a stretch of a file that is looked at as one.
type piece struct {
	file string
	// text holds whole lines, if lines are not very long.
	text string
	// certain is how much of the text is certain: a token that starts later may be
	// cut, and the next piece has it whole.
	certain int
	// line is the number of its first line, column of its first character there.
	line, column int
}

// detect returns the tokens in a piece, as they are and encoded.
func (s *Scanner) detect(ctx context.Context, p piece) []Finding {
	out := s.run(ctx, s.plain, p)
	// Decoding is slow and mostly in vain, so it gets no more than has to be.
	for _, run := range encodedRuns(p) {
		for _, f := range s.run(ctx, s.decoding, run) {
			if f.Encoded {
				out = append(out, f)
			}
		}
	}
	return out
}

func (s *Scanner) run(ctx context.Context, detector *detect.Detector, p piece) []Finding {
	raw := p.text
	if !strings.HasSuffix(raw, "\n") {
		// To gitleaks a last line without an end starts where the text does, so that
		// a comment on any line before it would allow a token on this one.
		raw += "\n"
	}
	fragment := detect.Fragment(sources.Fragment{Raw: raw, FilePath: p.file, StartLine: p.line}) //nolint:staticcheck // the engine takes no other before its v9
	var out []Finding
	for _, found := range detector.DetectContext(ctx, fragment) {
		line, column := position(p, found.StartLine, found.StartColumn)
		if line == p.line && column-p.column >= p.certain {
			continue
		}
		out = append(out, Finding{
			Rule: Rule(found.RuleID), What: Rule(found.RuleID).Noun(), Prefix: mask.Prefix(found.Secret),
			File: mask.Text(p.file), Line: line, Column: column,
			Encoded: !strings.Contains(found.Line, found.Secret),
			token:   client.NewSecret(found.Secret),
		})
	}
	return out
}

// position corrects where gitleaks says that a match starts: it counts the line
// break before a line as its first column.
func position(p piece, line, column int) (int, int) {
	if line > p.line {
		return line, max(1, column-1)
	}
	return line, p.column + column - 1
}
