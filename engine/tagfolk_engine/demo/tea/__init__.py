"""A generated chain of 50 milk-tea shops. Everything follows from one seed, so figures are the same everywhere.

Planted (``tests/scenarios/test_tea.py`` finds it again through the product): about 70 % aged 20-35, 80 % women,
85 % prefer low sugar, 25 % bought three times or more in the last 30 days, the top 20 % bring 60 % of revenue.
Planted dirt: persons registered twice, orders exported twice, ages of 150, test orders, phones written five ways.
"""
