package report_test

import (
	"bytes"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/output"
)

// browser returns Chromium, or skips the test where there is none.
func browser(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("SKIPPED: Chromium is not installed, so the page was not looked at in a browser")
	return ""
}

// show has the browser open a page and returns the brightness of what it shows,
// from 0 to 1, and how many colours it has. What the browser complains of fails
// the test.
func show(t *testing.T, program, file string, more ...string) (brightness float64, colours int) {
	t.Helper()
	picture := filepath.Join(t.TempDir(), "page.png")
	args := append([]string{
		"--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1200,2400", "--enable-logging=stderr",
		"--host-resolver-rules=MAP * ~NOTFOUND", "--user-data-dir=" + t.TempDir(), "--screenshot=" + picture,
	}, more...)
	cmd := exec.CommandContext(t.Context(), program, append(args, "file://"+file)...)
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s", err, &said)
	}
	for line := range strings.Lines(said.String()) {
		if strings.Contains(line, "CONSOLE") || strings.Contains(line, "Refused") {
			t.Errorf("the browser says %s", line)
		}
	}
	content, err := os.Open(picture)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = content.Close() }() // it was only read
	image, err := png.Decode(content)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[[3]uint32]bool{}
	var sum, points float64
	for y := image.Bounds().Min.Y; y < image.Bounds().Max.Y; y += 2 {
		for x := image.Bounds().Min.X; x < image.Bounds().Max.X; x += 2 {
			r, g, b, _ := image.At(x, y).RGBA()
			seen[[3]uint32{r >> 8, g >> 8, b >> 8}] = true
			sum += float64(r+g+b) / 3 / 0xffff
			points++
		}
	}
	return sum / points, len(seen)
}

// TestPageInABrowser shows the page light, dark and printed.
func TestPageInABrowser(t *testing.T) {
	program := browser(t)
	file := filepath.Join(t.TempDir(), "audit.html")
	if err := os.WriteFile(file, []byte(write(t, full(), output.FormatHTML)), 0o600); err != nil {
		t.Fatal(err)
	}
	light, lightColours := show(t, program, file, "--blink-settings=preferredColorScheme=1")
	dark, darkColours := show(t, program, file, "--blink-settings=preferredColorScheme=0")
	if light < 0.8 || dark > 0.25 {
		t.Errorf("the light page is %.2f bright, the dark one %.2f", light, dark)
	}
	if min(lightColours, darkColours) < 100 {
		t.Errorf("the pages have %d and %d colours", lightColours, darkColours)
	}
	printed := filepath.Join(t.TempDir(), "audit.pdf")
	cmd := exec.CommandContext(t.Context(), program, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
		"--user-data-dir="+t.TempDir(), "--print-to-pdf="+printed, "file://"+file)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	content, err := os.ReadFile(printed)
	if err != nil || !bytes.HasPrefix(content, []byte("%PDF-")) {
		t.Errorf("printed: %v", err)
	}
}
