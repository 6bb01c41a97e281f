"""A big archive for measuring: made by set-based statements, asked every question of the contract, recorded into."""
