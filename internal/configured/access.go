package configured

// Access is what a kind of resource, data source or action takes from the provider: a
// kind's platform embeds ToCorebill or ToBillium.
type Access interface {
	// Use takes the provider's access to the platform.
	Use(data *Data)
	// Status tells whether the platform can be called.
	Status() Status
}

// ToCorebill is the access to Corebill.
type ToCorebill struct{ *Corebill }

// Use takes the provider's access to Corebill.
func (a *ToCorebill) Use(data *Data) { a.Corebill = data.Corebill }

// Status tells whether Corebill can be called.
func (a *ToCorebill) Status() Status { return a.Corebill.Status }

// ToBillium is the access to Billium.
type ToBillium struct{ *Billium }

// Use takes the provider's access to Billium.
func (a *ToBillium) Use(data *Data) { a.Billium = data.Billium }

// Status tells whether Billium can be called.
func (a *ToBillium) Status() Status { return a.Billium.Status }

// Use hands on what Terraform gives to Configure; it gives nothing while it validates.
func Use(providerData any, access interface{ Use(data *Data) }) {
	if data, ok := providerData.(*Data); ok {
		access.Use(data)
	}
}
