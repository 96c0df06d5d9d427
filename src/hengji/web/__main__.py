"""`python -m hengji.web`: set up and serve the site."""

from hengji.web.serve import main

main()
