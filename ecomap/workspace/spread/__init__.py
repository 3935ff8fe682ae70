"""Questions over more places than one memory holds: part by part of the ground, on this machine's workers or a cluster's."""
