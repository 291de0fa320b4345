// Package shop is the application under test.
package shop

import "github.com/Eppo-exp/golang-sdk/v6/eppoclient"

// Headline returns which headline a user sees.
func Headline(client *eppoclient.EppoClient, user string) string {
	headline, err := client.GetStringAssignment("signup-headline", user, nil, "control")
	if err != nil {
		return "control"
	}
	return headline
}
