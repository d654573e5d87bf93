// Package token is keyward token.
package token

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/keyward/terraform-provider-keyward/internal/cli/env"
	"github.com/keyward/terraform-provider-keyward/internal/tokencrypt"
)

// New returns keyward token.
func New(e *env.Env) *cobra.Command {
	return env.Group("token", "Work with the token of a key", newDecrypt(e))
}

// Options are what keyward token decrypt is told.
type Options struct {
	*env.Env

	identity, ciphertext string
}

func newDecrypt(e *env.Env) *cobra.Command {
	o := &Options{Env: e, ciphertext: env.Stdin}
	cmd := &cobra.Command{
		Use:   "decrypt --identity FILE [CIPHERTEXT]",
		Short: "Decrypt a key's token_encrypted",
		Long: `Decrypt the token that a key with token_encryption has in its token_encrypted: an
ASCII-armored age ciphertext, from a file or from stdin.

The identity is a file of age-keygen, or an SSH private key without a passphrase; it
may come from stdin too ("-"), then the ciphertext has to be in a file. Only the token
is printed, with no line break after it.`,
		Example: `  # from the state, for as long as the pipe lasts
  terraform output -raw checkout_token_encrypted | keyward token decrypt -i key.txt

  # the identity from a secret store, the ciphertext from a file
  vault kv get -field=identity secret/keyward | keyward token decrypt -i - token.age`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 1 {
				o.ciphertext = args[0]
			}
			return run(o)
		},
	}
	cmd.Flags().StringVarP(&o.identity, "identity", "i", "", "`FILE` of the identity to decrypt with, - for stdin")
	return cmd
}

func run(o *Options) error {
	token, err := o.decrypt()
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(o.Stdout, token)
	return err
}

func (o *Options) decrypt() (string, error) {
	switch {
	case o.identity == "":
		return "", errors.New("--identity must name the file of the identity to decrypt with")
	case isIdentity(o.identity), isIdentity(o.ciphertext):
		return "", errors.New("an argument is an identity itself, which other users of this machine can see in the process list: " +
			"write it to a file, and name the file")
	case o.identity == env.Stdin && o.ciphertext == env.Stdin:
		return "", errors.New("identity and ciphertext can't both come from stdin: name a file for one of them")
	}
	file, err := o.ReadFile(o.identity)
	if err != nil {
		return "", fmt.Errorf("reading the identity: %w", err)
	}
	identities, err := tokencrypt.ParseIdentities(file)
	if err != nil {
		return "", fmt.Errorf("the identity %s can't be used: %w", env.Called(o.identity), err)
	}
	text, err := o.ReadFile(o.ciphertext)
	if err != nil {
		return "", fmt.Errorf("reading the ciphertext: %w", err)
	}
	token, err := tokencrypt.Decrypt(string(text), identities)
	switch {
	case errors.Is(err, tokencrypt.ErrNoCiphertext):
		return "", fmt.Errorf("%s: %w%s", env.Called(o.ciphertext), err, hint(string(text)))
	case errors.Is(err, tokencrypt.ErrNoIdentity):
		return "", fmt.Errorf("%s can't be decrypted with the identity %s: %w", env.Called(o.ciphertext), env.Called(o.identity), err)
	case err != nil:
		return "", fmt.Errorf("%s: %w", env.Called(o.ciphertext), err)
	}
	return token, nil
}

// isIdentity reports whether an argument is a secret instead of a file's name;
// the error of a file that isn't there would repeat it.
func isIdentity(argument string) bool {
	return strings.Contains(strings.ToUpper(argument), "AGE-SECRET-KEY-")
}

// hint tells what to do about a text that is no ciphertext. It repeats none of
// it: the text may be a token.
func hint(text string) string {
	switch {
	case strings.TrimSpace(text) == "":
		return "; it is empty: is the output declared, and has the key a token_encryption?"
	case strings.Contains(text, "AGE ENCRYPTED FILE"):
		return "; `terraform output -raw NAME` prints it as it is"
	}
	return ""
}
