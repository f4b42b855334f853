"""What payments do: begin, follow, settle, give back, dispute, pay out."""
