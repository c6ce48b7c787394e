"""Fine-tuning: a model made better for a laboratory's own pictures, and held to what it could do before."""
