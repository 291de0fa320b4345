"""
The playground beside a flag's waterfall: what one subject gets there, why, and how to ask the same elsewhere. Pure.

A form, whose whole state are the parameters of the page's address; the answer in plain English; a bandit's choice as a
picture; somebody who lands where one wants; and the same question as code.
"""
