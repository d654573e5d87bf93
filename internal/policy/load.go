package policy

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

//go:embed pack
var packFiles embed.FS

// packPrefix starts the names of the built-in files in messages.
const packPrefix = "keyward:"

// builtinModules parses the rule pack, its tests included.
func builtinModules() (map[string]*ast.Module, error) {
	return parseAll(packFiles, "pack", packPrefix)
}

// userModules parses every .rego file below a directory.
func userModules(dir string) (map[string]*ast.Module, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return nil, fmt.Errorf("reading the policies: %w", err)
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("reading the policies: %s is no directory", dir)
	}
	modules, err := parseAll(os.DirFS(dir), ".", filepath.ToSlash(strings.TrimSuffix(dir, "/"))+"/")
	if err != nil {
		return nil, err
	}
	if len(modules) == 0 {
		return nil, fmt.Errorf("reading the policies: there is no .rego file below %s", dir)
	}
	return modules, nil
}

func parseAll(files fs.FS, root, prefix string) (map[string]*ast.Module, error) {
	modules := map[string]*ast.Module{}
	err := fs.WalkDir(files, root, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(file) != ".rego" {
			return err
		}
		content, err := fs.ReadFile(files, file)
		if err != nil {
			return err
		}
		name := prefix + strings.TrimPrefix(strings.TrimPrefix(file, root), "/")
		if root == "." {
			name = prefix + file
		}
		module, err := ast.ParseModuleWithOpts(name, string(content), ast.ParserOptions{ProcessAnnotation: true, RegoVersion: ast.RegoV1, Capabilities: capabilities()})
		if err != nil {
			return readable(err)
		}
		modules[name] = module
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading the policies: %w", err)
	}
	return modules, nil
}

// network are the functions that a policy can't call: a plan leaves this machine
// with none of them, and the same plan has the same findings everywhere.
var network = []string{"http.send", "net.lookup_ip_addr", "opa.runtime", "rand.intn"}

func capabilities() *ast.Capabilities {
	all := ast.CapabilitiesForThisVersion()
	all.Builtins = slices.DeleteFunc(slices.Clone(all.Builtins), func(b *ast.Builtin) bool { return slices.Contains(network, b.Name) })
	all.AllowNet = []string{}
	return all
}

// compile checks the modules together, strictly: an unused variable or import is
// an error, for it is a typing mistake.
func compile(modules map[string]*ast.Module) (*ast.Compiler, error) {
	compiler := ast.NewCompiler().WithCapabilities(capabilities()).WithStrict(true).WithDefaultRegoVersion(ast.RegoV1)
	compiler.Compile(modules)
	if compiler.Failed() {
		return nil, fmt.Errorf("reading the policies: %w", readable(compiler.Errors))
	}
	return compiler, nil
}

// readable is OPA's list of errors as one text, a line for each.
func readable(err error) error {
	var list ast.Errors
	if !errors.As(err, &list) {
		return err
	}
	lines := make([]string, len(list))
	for i, e := range list {
		lines[i] = strings.TrimSpace(e.Error())
	}
	slices.Sort(lines)
	return errors.New(strings.Join(slices.Compact(lines), "\n"))
}

func isTest(file string) bool { return strings.HasSuffix(file, "_test.rego") }

func withoutTests(modules map[string]*ast.Module) map[string]*ast.Module {
	out := maps.Clone(modules)
	maps.DeleteFunc(out, func(file string, _ *ast.Module) bool { return isTest(file) })
	return out
}

func sortedFiles(modules map[string]*ast.Module) []string { return slices.Sorted(maps.Keys(modules)) }

// IsBuiltin reports whether a file's name in a message is of the rule pack.
func IsBuiltin(file string) bool { return strings.HasPrefix(file, packPrefix) }
