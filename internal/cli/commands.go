package cli

import "github.com/spf13/cobra"

// addCommands adds every command, in the groups of the root's help.
func addCommands(root *cobra.Command, world World) {
	for _, group := range []struct {
		id, title string
		commands  []*cobra.Command
	}{
		{"incident", "When a key has leaked, or may have:", []*cobra.Command{newKeys(world), newScan(world), newLogs(world)}},
		{"judge", "To know who can do what, and to stop a bad plan:", []*cobra.Command{newAudit(world), newCheck(world)}},
		{"adopt", "To manage with Terraform what there is already:", []*cobra.Command{newImport(world)}},
		{"tend", "To look after what Terraform manages:", []*cobra.Command{newRotate(world), newToken()}},
		{"setup", "To set up, and to find out why something doesn't work:", []*cobra.Command{newWhoami(world), newDoctor(world), newSandbox()}},
	} {
		root.AddGroup(&cobra.Group{ID: group.id, Title: group.title})
		for _, command := range group.commands {
			command.GroupID = group.id
			root.AddCommand(command)
		}
	}
	root.SetHelpCommandGroupID("setup")
	root.SetCompletionCommandGroupID("setup")
}
