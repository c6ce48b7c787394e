"""The refinement network: a closer look at every face that a detector proposes.

A cascade as in MTCNN (Zhang et al., "Joint face detection and alignment using multitask cascaded
convolutional networks", IEEE SPL 2016): the detector says where faces may be, a small network that sees one
candidate at a time says whether it is one and where its landmarks are.
"""
