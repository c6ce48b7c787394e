"""RetinaFace (Deng et al., CVPR 2020): network, priors, coding, detector and foreign weight files."""
