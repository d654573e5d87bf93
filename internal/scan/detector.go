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

const (
	// encodedLength is how long the shortest token is in the shortest encoding.
	encodedLength = 40
	// longLine is a line that is not decoded as a whole, but only where something
	// may be encoded; an allow comment on it doesn't count for that.
	longLine = 8 << 10
)

// encodedRuns returns the lines of a piece that may hold an encoded token: those
// where enough characters follow one another that encodings use. Of a long line
// it returns just these characters.
func encodedRuns(p piece) []piece {
	var runs []piece
	line, column, base := p.line, p.column, 0
	for text := range strings.Lines(p.text) {
		for start, end := nextRun(text, 0); start >= 0; start, end = nextRun(text, end) {
			if len(text) <= longLine {
				runs = append(runs, piece{file: p.file, text: text, line: line, column: column, certain: p.certain - base})
				break
			}
			runs = append(runs, piece{
				file: p.file, text: text[start:end], line: line, column: column + start, certain: p.certain - base - start,
			})
		}
		line, column, base = line+1, 1, base+len(text)
	}
	return runs
}

// nextRun returns where the next run starts and ends, or -1.
func nextRun(text string, from int) (start, end int) {
	start = -1
	for i := from; i < len(text); i++ {
		switch {
		case !encodes[text[i]]:
			if start >= 0 && i-start >= encodedLength {
				return start, i
			}
			start = -1
		case start < 0:
			start = i
		}
	}
	if start >= 0 && len(text)-start >= encodedLength {
		return start, len(text)
	}
	return -1, len(text)
}

// encodes has the characters of base64, of hexadecimal digits, of percent signs
// and of escapes with a backslash.
var encodes = func() (set [256]bool) {
	for _, c := range []byte(`ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_%\`) {
		set[c] = true
	}
	return set
}()
