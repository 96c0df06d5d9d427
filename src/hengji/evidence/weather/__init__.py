"""The same weather (同等气象条件): what would this year's air be with last year's emissions; needs scikit-learn."""
