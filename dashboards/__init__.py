"""The faces of the response centre: the NOC console and the complaint desk, with their API and live feed."""
